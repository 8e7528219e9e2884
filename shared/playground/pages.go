package playground

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"path"

	"golang.org/x/text/language"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed assets/*.json assets/*.css assets/*.js assets/*.svg
var assetFiles embed.FS

// words are the texts of one language by key.
type words map[string]string

func loadWords() (map[string]words, error) {
	all := map[string]words{}
	for _, lang := range []string{"en", "zh"} {
		b, err := assetFiles.ReadFile("assets/words." + lang + ".json")
		if err != nil {
			return nil, fmt.Errorf("read the words: %w", err)
		}
		var w words
		if err := json.Unmarshal(b, &w); err != nil {
			return nil, fmt.Errorf("read the words of %s: %w", lang, err)
		}
		all[lang] = w
	}
	return all, nil
}

func loadPages() (*template.Template, error) {
	t, err := template.New("").Option("missingkey=error").ParseFS(pageFiles, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the pages: %w", err)
	}
	return t, nil
}

// page is what every page is made from.
type page struct {
	Lang string // en or zh
	Tag  string // en or zh-CN, for the lang attribute
	W    words
	Here string // start, playground or mailbox
	Path string // of this page, for the language links
	Chat bool   // there is a playground
	Body any
}

// languageOf: ?lang= first, then what the browser prefers.
func languageOf(r *http.Request) string {
	switch r.URL.Query().Get("lang") {
	case "en":
		return "en"
	case "zh", "zh-CN", "zh-TW":
		return "zh"
	}
	_, i := language.MatchStrings(language.NewMatcher([]language.Tag{language.English, language.Chinese}), r.Header.Get("Accept-Language"))
	return []string{"en", "zh"}[i]
}

func (p *Playground) show(w http.ResponseWriter, r *http.Request, here string, body any) {
	lang := languageOf(r)
	data := page{Lang: lang, Tag: map[string]string{"en": "en", "zh": "zh-CN"}[lang], W: p.words[lang], Here: here, Path: r.URL.EscapedPath(), Chat: len(p.lines) > 0, Body: body}
	var b bytes.Buffer
	if err := p.pages.ExecuteTemplate(&b, here+".html", data); err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", data.Tag)
	w.Header().Set("Vary", "Accept-Language")
	_, _ = w.Write(b.Bytes()) // a browser that is gone needs no page
}

func (p *Playground) start(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, "start", map[string]string{"Data": p.cfg.Data})
}

func (p *Playground) phone(w http.ResponseWriter, r *http.Request) {
	texts, err := json.Marshal(p.words[languageOf(r)])
	if err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	p.show(w, r, "playground", map[string]any{"Devices": p.devices(), "Texts": string(texts)})
}

// device is a phone of the page with the lines that can be written on with it.
type device struct {
	ID    string // whatsapp or wechat
	Lines []*line
}

func (p *Playground) devices() []device {
	var all []device
	for _, id := range []string{"whatsapp", "wechat"} {
		d := device{ID: id}
		for _, l := range p.lines {
			if (l.ID == "wa") == (id == "whatsapp") {
				d.Lines = append(d.Lines, l)
			}
		}
		if len(d.Lines) > 0 {
			all = append(all, d)
		}
	}
	return all
}

// asset serves an embedded file by its exact name.
func asset(w http.ResponseWriter, r *http.Request) {
	kinds := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
	name := r.PathValue("file")
	kind := kinds[path.Ext(name)]
	b, err := assetFiles.ReadFile("assets/" + name)
	if err != nil || kind == "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(b) // a browser that is gone needs no file
}
