package unsubscribe

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
)

// maxBody is what a client may send along, in bytes: "List-Unsubscribe=One-Click" is all that
// RFC 8058 asks for.
const maxBody = 4 << 10

// Page answers the link of a mail.
type Page struct {
	// Off turns a token's recipient off. [ErrToken]: there is no such link.
	Off func(ctx context.Context, token string) error
	Log *slog.Logger
}

// Routes puts the page on a mux.
func (p *Page) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+Path+"{token}", p.ask)
	mux.HandleFunc("POST "+Path+"{token}", p.off)
}

func (p *Page) ask(w http.ResponseWriter, _ *http.Request) {
	p.show(w, http.StatusOK, `<p>No more weekly figures by mail?</p><p lang="zh-CN">不再接收每周数据邮件？</p>
<form method="post"><button>Unsubscribe · <span lang="zh-CN">退订</span></button></form>`)
}

func (p *Page) off(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, maxBody)) // what it says changes nothing
	err := p.Off(r.Context(), r.PathValue("token"))
	switch {
	case err == nil:
		p.show(w, http.StatusOK, `<p>Done. You get no more weekly mails.</p><p lang="zh-CN">已退订，您不会再收到每周邮件。</p>`)
	case errors.Is(err, ErrToken):
		p.show(w, http.StatusNotFound, `<p>This link is not one of ours. Was it cut off in the mail?</p><p lang="zh-CN">链接无效，请检查是否完整。</p>`)
	default:
		p.Log.Error("somebody could not unsubscribe", "alarm", "mail_unsubscribe", "error", err)
		w.Header().Set("Retry-After", "60")
		p.show(w, http.StatusServiceUnavailable, `<p>That did not work. Please try again in a minute.</p><p lang="zh-CN">暂时无法处理，请一分钟后再试。</p>`)
	}
}

const head = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><title>Unsubscribe · 退订</title>
<style>body{font:18px/1.5 system-ui,sans-serif;max-width:26em;margin:15vh auto;padding:0 20px}button{font:inherit;padding:10px 22px}</style>
`

func (p *Page) show(w http.ResponseWriter, status int, body string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, head+body+"\n")
}
