package playground

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/qyapi"
)

// pictures are the types that the page shows; every other file is only kept.
var pictures = []string{"image/png", "image/jpeg"}

// fileOf reads a message of an uploaded file (B6, B9). Words stand below a video alone.
func fileOf(m qyapi.SentMessage) (*content, bool) {
	var b struct {
		ID   string `json:"media_id"`
		Text string `json:"description"`
	}
	shape, known := map[string]message.Shape{"image": message.ShapeImage, "voice": message.ShapeAudio, "video": message.ShapeVideo, "file": message.ShapeDocument}[m.Type]
	if !known || json.Unmarshal(m.Body, &b) != nil || b.ID == "" {
		return nil, false
	}
	c := &content{Content: message.Content{Shape: shape, Text: b.Text, Media: &message.Media{Kind: shape}}}
	c.Shown = "/playground/files?media=" + url.QueryEscape(b.ID)
	return c, true
}

// shownAt is where the page finds a file that the demo has itself; "" for any other.
func (p *whatsApp) shownAt(m *message.Media) string {
	if m == nil || p.files == nil {
		return ""
	}
	if _, ours := p.files(m.URL); !ours {
		return ""
	}
	return "/playground/files?address=" + url.QueryEscape(m.URL)
}

// file serves a file of the demo by its address, or one that was uploaded to WeCom.
func (p *Playground) file(w http.ResponseWriter, r *http.Request) {
	data, name, ok := p.kept(r.URL.Query())
	if !ok {
		http.NotFound(w, r)
		return
	}
	kind := http.DetectContentType(data)
	if !slices.Contains(pictures, kind) { // a browser must not run what somebody uploaded
		kind = "application/octet-stream"
		w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(data) // a browser that is gone needs no file
}

func (p *Playground) kept(q url.Values) (data []byte, name string, ok bool) {
	if id := q.Get("media"); id != "" && p.cfg.WeChat != nil {
		f, ok := p.cfg.WeChat.Sandbox.Lookup(id)
		return f.Data, f.Name, ok
	}
	if p.cfg.WhatsApp == nil || p.cfg.WhatsApp.Files == nil {
		return nil, "", false
	}
	data, ok = p.cfg.WhatsApp.Files(q.Get("address"))
	return data, "file", ok
}
