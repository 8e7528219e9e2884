package mail_test

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/mail"
)

var headers = mail.Headers{
	From: "前台 <desk@example.com>", To: "Pat Example <pat@example.com>", ID: "frontdesk.1@example.com",
	Date: time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("", 8*3600)), Unsubscribe: company.Unsubscribe,
}

func TestTheWholeMIMEMessage(t *testing.T) {
	for _, lang := range []string{mail.English, mail.Chinese} {
		t.Run(lang, func(t *testing.T) {
			m := compose(t, shop(t), recipient(lang), company)
			raw, err := mail.MIME(m, headers)
			if err != nil {
				t.Fatal(err)
			}
			again, err := mail.MIME(m, headers)
			if err != nil || !bytes.Equal(raw, again) {
				t.Errorf("the same mail twice has other bytes, %v", err)
			}
			golden(t, "week."+lang+".eml", strings.ReplaceAll(string(raw), "\r\n", "\n"))
			text, html := parts(t, raw)
			if text != m.Text || html != m.HTML {
				t.Error("the parts do not decode to what was composed")
			}
			wellFormed(t, raw, m)
		})
	}
}

// parts decodes the two parts of a message.
func parts(t *testing.T, raw []byte) (text, html string) {
	t.Helper()
	msg, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("got %s, %v, want multipart/alternative", kind, err)
	}
	r := multipart.NewReader(msg.Body, params["boundary"])
	var got []string
	for _, want := range []string{"text/plain; charset=UTF-8", "text/html; charset=UTF-8"} {
		p, err := r.NextPart()
		if err != nil || p.Header.Get("Content-Type") != want {
			t.Fatalf("got %v, %v, want %s", p, err, want)
		}
		b, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.ReplaceAll(string(b), "\r\n", "\n"))
	}
	return got[0], got[1]
}

func wellFormed(t *testing.T, raw []byte, m mail.Message) {
	t.Helper()
	for line := range bytes.Lines(raw) {
		if len(line) > 998 || !bytes.HasSuffix(line, []byte("\r\n")) || bytes.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
			t.Fatalf("a line is too long, not ended by CRLF, or not ASCII: %q", line)
		}
	}
	msg, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil || subject != m.Subject {
		t.Errorf("subject: got %q, %v, want %q", subject, err, m.Subject)
	}
	for name, want := range map[string]string{
		"Message-Id": "<frontdesk.1@example.com>", "List-Unsubscribe": "<" + company.Unsubscribe + ">", "Date": "Mon, 23 Nov 2026 09:00:00 +0800",
		"Auto-Submitted": "auto-generated", "Content-Language": m.Language, "To": `"Pat Example" <pat@example.com>`,
	} {
		if got := msg.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestNoHeaderCanBeSmuggledIn(t *testing.T) {
	ok := mail.Message{Subject: "Week 47", HTML: "<p>", Text: "x"}
	for name, edit := range map[string]func(*mail.Message, *mail.Headers){
		"a line break in the subject":     func(m *mail.Message, _ *mail.Headers) { m.Subject = "Week\r\nBcc: evil@example.com" },
		"no subject":                      func(m *mail.Message, _ *mail.Headers) { m.Subject = "" },
		"an unknown language":             func(m *mail.Message, _ *mail.Headers) { m.Language = "en\r\nBcc: evil@example.com" },
		"a line break in a name":          func(_ *mail.Message, h *mail.Headers) { h.To = "Pat\r\nBcc: evil@example.com <pat@example.com>" },
		"two recipients":                  func(_ *mail.Message, h *mail.Headers) { h.To = "pat@example.com, evil@example.com" },
		"no recipient":                    func(_ *mail.Message, h *mail.Headers) { h.To = "" },
		"no sender":                       func(_ *mail.Message, h *mail.Headers) { h.From = "evil" },
		"a line break in the id":          func(_ *mail.Message, h *mail.Headers) { h.ID = "1@example.com>\r\nBcc: evil@example.com" },
		"no id":                           func(_ *mail.Message, h *mail.Headers) { h.ID = "" },
		"a bracket in the unsubscription": func(_ *mail.Message, h *mail.Headers) { h.Unsubscribe = "https://desk.example/>,<https://evil.example" },
		"a script to unsubscribe":         func(_ *mail.Message, h *mail.Headers) { h.Unsubscribe = "javascript:evil" },
		"a line break to unsubscribe": func(_ *mail.Message, h *mail.Headers) {
			h.Unsubscribe = "https://desk.example/\r\nBcc:evil@example.com"
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, h := ok, headers
			edit(&m, &h)
			e, err := mail.Pack(m, h)
			if !errors.Is(err, mail.ErrHeader) || e.MIME != nil {
				t.Fatalf("got %q, %v, want ErrHeader", e.MIME, err)
			}
			if s := err.Error(); strings.Contains(s, "evil") || strings.Contains(s, "example.com") {
				t.Errorf("the error quotes what was given: %s", s)
			}
		})
	}
}

func FuzzHeaders(f *testing.F) {
	f.Add("Week 47", "Pat <pat@example.com>", "1@example.com", "mailto:list@example.com")
	f.Add("第 47 周：1,204 个会话\n", "=?utf-8?q?=0D=0ABcc:_x?= <pat@example.com>", "a b@c", "https://x/>")
	f.Add(strings.Repeat("周", 300), `"a\"b" <pat@example.com>`, "1@x", "")
	f.Fuzz(func(t *testing.T, subject, to, id, unsubscribe string) {
		h := mail.Headers{From: "desk@example.com", To: to, ID: id, Unsubscribe: unsubscribe, Date: headers.Date}
		e, err := mail.Pack(mail.Message{Subject: subject, HTML: "<p>", Text: "x", Language: mail.English}, h)
		if err != nil {
			return
		}
		msg, err := netmail.ReadMessage(bytes.NewReader(e.MIME))
		if err != nil {
			t.Fatalf("cannot be read: %v\n%s", err, e.MIME)
		}
		allowed := []string{"Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "List-Unsubscribe", "Message-Id", "Mime-Version", "Subject", "To"}
		for name, values := range msg.Header {
			if !slices.Contains(allowed, name) || len(values) != 1 {
				t.Errorf("got the header %s %d times:\n%s", name, len(values), e.MIME)
			}
		}
	})
}

func TestPackNamesBareAddresses(t *testing.T) {
	e, err := mail.Pack(mail.Message{Subject: "Week 47", HTML: "<p>", Text: "x"}, headers)
	if err != nil || e.From != "desk@example.com" || e.To != "pat@example.com" || e.ID != headers.ID {
		t.Errorf("got %s, %s, %s, %v, want bare addresses and the id", e.From, e.To, e.ID, err)
	}
}

func TestTheMessageIDIsTheSameForEveryAttempt(t *testing.T) {
	id := func(week, recipient string) string {
		got, err := mail.MessageID(week, recipient, "前台 <desk@example.com>")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	one := id("2026-W47", "pat@example.com")
	if one != id("2026-W47", "pat@example.com") || one == id("2026-W48", "pat@example.com") || one == id("2026-W47", "r2") {
		t.Error("want one id for a week and recipient, and others for others")
	}
	if strings.Contains(one, "pat") || !strings.HasSuffix(one, "@example.com") {
		t.Errorf("got %s, want nothing of the recipient in it, and the sender's domain", one)
	}
	if _, err := mail.MessageID("2026-W47", "r1", "nobody"); !errors.Is(err, mail.ErrHeader) {
		t.Errorf("a sender without a domain: got %v, want ErrHeader", err)
	}
}
