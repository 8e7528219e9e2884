package playground

import (
	"encoding/json"
	"errors"
	"html"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"frontdesk/shared/decide"
	"frontdesk/shared/sandbox"
)

const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>`

// TestPagesInBothLanguages renders every page and looks for its heading.
func TestPagesInBothLanguages(t *testing.T) {
	st := newStage(t, func(c *Config) { c.Mails = mails{"w46": sampleMail} })
	cases := []struct{ path, accept, lang, text string }{
		{"/", "", "en", "The desk is open"},
		{"/?lang=zh", "", "zh-CN", "前台已开张"},
		{"/", "zh-TW,zh;q=0.9,en;q=0.5", "zh-CN", "前台已开张"},
		{"/?lang=en", "zh", "en", "The desk is open"},
		{"/?lang=xx", "de", "en", "./data"},
		{"/playground", "en-GB", "en", "Why this answer"},
		{"/playground?lang=zh", "", "zh-CN", "为什么这样回复"},
		{"/playground", "en", "en", ">Customer service</button>"},
		{"/playground?lang=zh", "", "zh-CN", ">员工应用</button>"},
		{"/mailbox", "", "en", "Subject of w46"},
		{"/mailbox?lang=zh", "", "zh-CN", "邮箱"},
		{"/mailbox/w46", "", "en", "Download .eml"},
		{"/mailbox/w46?lang=zh", "", "zh-CN", "周报 &lt;b&gt;412&lt;/b&gt;"},
	}
	for _, c := range cases {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+c.path, nil)
		r.Header.Set("Accept-Language", c.accept)
		code, body, _ := st.do(r)
		if code != 200 || !strings.Contains(body, `<html lang="`+c.lang+`">`) || !strings.Contains(body, c.text) {
			t.Errorf("%s %q: got %d without %q in %s", c.path, c.accept, code, c.text, c.lang)
		}
	}
}

func TestBothLanguagesHaveTheSameWords(t *testing.T) {
	all, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	for key := range all["en"] {
		if all["zh"][key] == "" || all["en"][key] == "" {
			t.Errorf("%s is missing in a language", key)
		}
	}
	if len(all["en"]) != len(all["zh"]) {
		t.Errorf("%d words in English, %d in Chinese", len(all["en"]), len(all["zh"]))
	}
	for _, m := range regexp.MustCompile(`words\.(\w+)`).FindAllStringSubmatch(scripts(t), -1) {
		if all["en"][m[1]] == "" {
			t.Errorf("a script uses %s, which is no word", m[1])
		}
	}
	for _, stem := range []string{"pg_line_", "pg_about_"} {
		for _, line := range []string{"wa", "kf", "app"} {
			if all["en"][stem+line] == "" {
				t.Errorf("%s%s is no word", stem, line)
			}
		}
	}
	for _, one := range slices.Concat(Personas(), WeChatUsers(), Members()) {
		if all["en"]["pg_"+one.Kind] == "" {
			t.Errorf("pg_%s is no word", one.Kind)
		}
	}
}

// scripts are all scripts of the page as one text.
func scripts(t *testing.T) string {
	t.Helper()
	files, err := fs.Glob(assetFiles, "assets/*.js")
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	var all []byte
	for _, name := range files {
		b, err := assetFiles.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return string(all)
}

// TestTheScriptShowsExplanationsInBothLanguages: wherever it shows a sentence of a
// decision, it chooses between the two that the desk gives.
func TestTheScriptShowsExplanationsInBothLanguages(t *testing.T) {
	script := scripts(t)
	state, err := json.Marshal(Explanation{Decision: decide.Decision{ReasonZH: "x"}, Steps: []decide.Step{{}}})
	if err != nil {
		t.Fatal(err)
	}
	fields := regexp.MustCompile(`"(\w+)_zh":`).FindAllStringSubmatch(string(state), -1)
	if len(fields) != 2 {
		t.Fatalf("%s has %d Chinese sentences, want why and reason", state, len(fields))
	}
	for _, f := range fields {
		pair := regexp.MustCompile(`said\((\w)\.`+f[1]+`, (\w)\.`+f[1]+`_zh\)`).FindAllString(script, -1)
		if len(pair) != 1 {
			t.Errorf("the script shows %s in the page's language %d times, want once", f[1], len(pair))
		}
	}
}

// TestMarkupIsData: names, texts and subjects with markup stay text.
func TestMarkupIsData(t *testing.T) {
	st := newStage(t, func(c *Config) {
		c.WhatsApp.Name, c.WeChat.ServiceName, c.Data = evil, evil, evil
		c.Mails = mails{evil: "Subject: x\r\n\r\n" + evil}
		c.WhatsApp.People = []Persona{{sandbox.Customer{UserID: "US.1", Name: evil, Username: evil}, "new"}}
		c.WeChat.Customers = []Persona{{sandbox.Customer{UserID: "wmEXAMPLE0009", Name: evil}, "new"}}
	})
	st.post("/playground/messages", `{"customer":"c1","text":"</script><script>alert(1)</script>"}`)
	_, list, _ := st.get("/mailbox")
	link := regexp.MustCompile(`href="(/mailbox/%[^?"]+)\?`).FindStringSubmatch(list)
	if link == nil {
		t.Fatalf("no escaped link in the mailbox:\n%s", list)
	}
	for _, path := range []string{"/", "/playground", "/mailbox", html.UnescapeString(link[1]), "/playground/history"} {
		code, body, header := st.get(path)
		if code != 200 {
			t.Errorf("%s: got %d", path, code)
		}
		if strings.Contains(body, "<script>") || strings.Contains(body, "<img src=x") {
			t.Errorf("%s holds live markup:\n%s", path, body)
		}
		if policy := header.Get("Content-Security-Policy"); policy != pagePolicy || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: policy %q", path, policy)
		}
	}
}

// TestPagesKeepTheirOwnPolicy: nothing inline, nothing from elsewhere, and the
// script never turns text into markup.
func TestPagesKeepTheirOwnPolicy(t *testing.T) {
	st := newStage(t, func(c *Config) { c.Mails = mails{"w46": sampleMail} })
	inline := regexp.MustCompile(`(?i)<script>|<style|\sstyle=|\son\w+=|javascript:|https?://`)
	for _, path := range []string{"/", "/playground", "/mailbox", "/mailbox/w46"} {
		_, body, _ := st.get(path)
		if found := inline.FindString(body); found != "" {
			t.Errorf("%s holds %q", path, found)
		}
	}
	markup := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|\.style\b|srcdoc`)
	for _, name := range []string{"playground.js", "page.js", "whatsapp.js", "wechat.js", "why.js"} {
		code, script, header := st.get("/playground/assets/" + name)
		if found := markup.FindString(script); found != "" || code != 200 || !strings.HasPrefix(header.Get("Content-Type"), "text/javascript") {
			t.Errorf("%s: %d, holds %q", name, code, found)
		}
	}
	for _, name := range []string{"app.css", "phones.css"} {
		if code, sheet, _ := st.get("/playground/assets/" + name); code != 200 || strings.Contains(sheet, "http") || strings.Contains(sheet, "@import") {
			t.Errorf("%s: %d, or it loads something from elsewhere", name, code)
		}
	}
	for _, name := range []string{"words.en.json", "nothing.css", "..%2fplayground.go"} {
		if code, _, _ := st.get("/playground/assets/" + name); code != 404 {
			t.Errorf("%s: got %d, want 404", name, code)
		}
	}
}

func TestTheGuard(t *testing.T) {
	st := newStage(t, nil)
	for host, want := range map[string]int{
		"localhost": 200, "LOCALHOST:8080": 200, "127.0.0.1:8080": 200, "127.8.9.1": 200, "[::1]:8080": 200, "[::1]": 200,
		"evil.example": 421, "evil.example:8080": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421, "192.168.1.4": 421, "0.0.0.0": 421, "": 421,
	} {
		r := httptest.NewRequest(http.MethodGet, "http://localhost/playground/history", nil)
		r.Host = host
		if code, _, _ := st.do(r); code != want {
			t.Errorf("host %q: got %d, want %d", host, code, want)
		}
	}
	cases := []struct {
		name   string
		change func(*http.Request)
		want   int
	}{
		{"from the page", func(*http.Request) {}, 200},
		{"from another site", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		{"from another port", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, 403},
		{"from another origin, old browser", func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Origin", "http://evil.example")
		}, 403},
		{"as a form", func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }, 415},
		{"as plain text", func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 415},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := postRequest("/playground/messages", `{"customer":"c1","text":"hi"}`)
			c.change(r)
			if code, _, _ := st.do(r); code != c.want {
				t.Errorf("got %d, want %d", code, c.want)
			}
		})
	}
	for _, path := range []string{"messages", "taps", "chats", "service", "customers"} {
		r := postRequest("/playground/"+path, `{"customer":"k1","text":"hi"}`)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if code, _, _ := st.do(r); code != 403 {
			t.Errorf("%s from another site: got %d, want 403", path, code)
		}
	}
	if n := len(st.state().Entries); n != 1 {
		t.Errorf("%d messages went through, want 1", n)
	}
}

func TestWithoutASandboxThereIsTheMailboxAlone(t *testing.T) {
	p, err := New(Config{Mails: noMails{}})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/": 303, "/mailbox": 200, "/playground": 404, "/playground/history": 404} {
		r := httptest.NewRequest("GET", "http://localhost:8080"+path, nil)
		w := httptest.NewRecorder()
		p.ServeHTTP(w, r)
		if w.Code != want || strings.Contains(w.Body.String(), `href="/playground?`) {
			t.Errorf("%s: got %d %.200s, want %d and no way to a playground", path, w.Code, w.Body, want)
		}
	}
}

type noMails struct{}

func (noMails) List() ([]MailEntry, error)  { return nil, nil }
func (noMails) Read(string) ([]byte, error) { return nil, nil }

func TestConfigIsChecked(t *testing.T) {
	if _, err := New(Config{}); !errors.Is(err, ErrConfig) {
		t.Errorf("got %v, want ErrConfig", err)
	}
}
