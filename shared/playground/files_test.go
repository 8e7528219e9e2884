package playground

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"frontdesk/shared/message"
)

// A picture of this machine is shown, what a browser could run is only kept, and anything
// else is not found.
func TestFilesOfThisMachine(t *testing.T) {
	known := map[string]string{"https://a.example/a.png": "\x89PNG\x0d\x0a\x1a\x0a", "https://a.example/a.html": "<html><script>"}
	files := func(address string) ([]byte, bool) { data, ok := known[address]; return []byte(data), ok }
	p := &Playground{cfg: Config{WhatsApp: &WhatsApp{Files: files}}}
	for _, c := range []struct {
		query  string
		status int
		kind   string
	}{
		{"?address=https://a.example/a.png", http.StatusOK, "image/png"},
		{"?address=https://a.example/a.html", http.StatusOK, "application/octet-stream"},
		{"?address=https://b.example/a.png", http.StatusNotFound, ""},
		{"?media=1", http.StatusNotFound, ""},
		{"", http.StatusNotFound, ""},
	} {
		w := httptest.NewRecorder()
		p.file(w, httptest.NewRequest("GET", "/playground/files"+c.query, nil))
		if w.Code != c.status || c.kind != "" && w.Header().Get("Content-Type") != c.kind {
			t.Errorf("%s: got %d %s, want %d %s", c.query, w.Code, w.Header().Get("Content-Type"), c.status, c.kind)
		}
		if download := w.Header().Get("Content-Disposition") != ""; download != (c.kind == "application/octet-stream") {
			t.Errorf("%s: got it kept only: %v", c.query, download)
		}
	}
	phone := &whatsApp{files: files}
	for address, want := range map[string]string{"https://a.example/a.png": "/playground/files?address=https%3A%2F%2Fa.example%2Fa.png", "https://b.example/a.png": ""} {
		if got := phone.shownAt(&message.Media{URL: address}); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
	if got := (&whatsApp{}).shownAt(nil); got != "" {
		t.Errorf("without files: got %q, want nothing", got)
	}
}
