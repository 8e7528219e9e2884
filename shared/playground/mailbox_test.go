package playground

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sampleMail = "From: =?utf-8?q?Frontdesk_=E5=89=8D=E5=8F=B0?= <desk@shop.example>\r\nTo: boss@shop.example\r\nSubject: Week 46\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/mixed; boundary=out\r\n\r\n--out\r\nContent-Type: multipart/alternative; boundary=in\r\n\r\n" +
	"--in\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=E5=91=A8=E6=8A=A5 <b>412</b>\r\n" +
	"--in\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nPGgxPuWRqOaKpTwvaDE+PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\r\n--in--\r\n" +
	"--out\r\nContent-Type: text/csv\r\n\r\na,b\r\n--out--\r\n"

func TestOneMail(t *testing.T) {
	st := newStage(t, func(c *Config) { c.Mails = mails{"w46": sampleMail, "broken": "no mail"} })
	code, body, header := st.get("/mailbox/w46/html")
	if code != 200 || body != "<h1>周报</h1><script>alert(1)</script>" {
		t.Errorf("html: got %d %s", code, body)
	}
	if policy := header.Get("Content-Security-Policy"); policy != mailPolicy || !strings.HasPrefix(policy, "sandbox;") {
		t.Errorf("html: policy %q", policy)
	}
	if _, page, _ := st.get("/mailbox/w46"); !strings.Contains(page, `<iframe class="mail" sandbox src="/mailbox/w46/html"`) {
		t.Error("the page has no sandboxed frame")
	}
	code, body, header = st.get("/mailbox/w46/eml")
	if code != 200 || body != sampleMail || header.Get("Content-Disposition") != `attachment; filename="mail.eml"` {
		t.Errorf("eml: got %d %q", code, header.Get("Content-Disposition"))
	}
	for _, path := range []string{"/mailbox/other", "/mailbox/other/html", "/mailbox/..%2f..%2fetc%2fpasswd/eml", "/mailbox/w46/else"} {
		if code, _, _ := st.get(path); code != 404 {
			t.Errorf("%s: got %d, want 404", path, code)
		}
	}
	if code, body, _ := st.get("/mailbox/broken"); code != 200 || !strings.Contains(body, "could not be read completely") {
		t.Errorf("a broken mail: got %d", code)
	}
	if code, _, _ := st.get("/mailbox/broken/html"); code != 422 {
		t.Errorf("the HTML of a broken mail: got %d, want 422", code)
	}
}

func TestAnEmptyMailbox(t *testing.T) {
	st := newStage(t, nil)
	if code, body, _ := st.get("/mailbox"); code != 200 || !strings.Contains(body, "No mail yet") {
		t.Errorf("got %d", code)
	}
}

func TestParseMail(t *testing.T) {
	got, err := parseMail([]byte(sampleMail))
	want := letter{From: "Frontdesk 前台 <desk@shop.example>", To: "boss@shop.example", Subject: "Week 46", HTML: "<h1>周报</h1><script>alert(1)</script>", Text: "周报 <b>412</b>"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	deep := "Subject: x\r\n"
	for i := range maxDepth + 1 {
		deep += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	if _, err := parseMail([]byte(deep + "\r\nx\r\n")); !errors.Is(err, errMail) {
		t.Errorf("nested too deeply: got %v", err)
	}
}

// FuzzParseMail: no mail, however broken, makes the mailbox fail or run on.
func FuzzParseMail(f *testing.F) {
	f.Add([]byte(sampleMail))
	f.Add([]byte("Subject: =?x?b?!!?=\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%"))
	f.Add([]byte("Content-Type: multipart/mixed\r\n\r\n--\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := parseMail(raw)
		if err != nil && !errors.Is(err, errMail) {
			t.Errorf("got %v, want errMail", err)
		}
		if len(l.HTML) > 3*maxPart || strings.ToValidUTF8(l.HTML, "") != l.HTML {
			t.Error("the HTML part is too long or not UTF-8")
		}
	})
}
