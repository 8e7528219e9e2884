package qyapi

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const png = "\x89PNG\r\n\x1a\nrest"

// upload posts a form to media/upload.
func (st *stage) upload(kind, name, data string) replied {
	st.t.Helper()
	st.auth()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("media", name)
	if err == nil {
		_, err = part.Write([]byte(data))
	}
	if err != nil || w.Close() != nil {
		st.t.Fatal("the form cannot be written")
	}
	r := httptest.NewRequest(http.MethodPost, "/cgi-bin/media/upload?access_token="+st.token+"&type="+kind, &form)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return st.serve("media/upload", r)
}

// What media/upload takes and what it refuses (W:90253).
func TestUpload(t *testing.T) {
	long := func(begin string, n int) string { return begin + strings.Repeat("x", n-len(begin)) }
	for _, c := range []struct {
		name, kind, data string
		code             int
	}{
		{"a picture", "image", png, 0},
		{"a picture of 10 MB", "image", long(png, 10<<20), 0},
		{"a larger picture", "image", long(png, 10<<20+1), 45001},
		{"a picture in another format", "image", "GIF89a............", 40005},
		{"a recording", "voice", "#!AMR\nabc", 0},
		{"a recording that is no AMR", "voice", "ID3 and more", 40005},
		{"a recording of more than 2 MB", "voice", long("#!AMR\n", 2<<20+1), 45001},
		{"a film", "video", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", 0},
		{"a film that is a text", "video", "once upon a time", 40005},
		{"a document", "file", "%PDF-1.7 and more", 0},
		{"a document of more than 20 MB", "file", long("%PDF", 20<<20+1), 45001},
		{"next to nothing", "file", "12345", 40006},
		{"a type that is none", "sticker", png, 40004},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := play(t, nil)
			st.want(c.code, st.upload(c.kind, "a.bin", c.data))
		})
	}
}

// A file can be sent for three days, as what it was uploaded as (40007).
func TestAMediaIDLivesThreeDays(t *testing.T) {
	st := play(t, nil)
	id := st.upload("image", "tea.png", png).text("media_id")
	image := func(kind string) string {
		return toApp("zhang", `"msgtype":"`+kind+`","`+kind+`":{"media_id":"`+id+`"}`)
	}
	st.want(0, st.call("message/send", image("image")))
	st.want(40007, st.call("message/send", image("file")))
	if f, ok := st.Lookup(id); !ok || f.Name != "tea.png" || string(f.Data) != png {
		t.Errorf("got %+v, want the file", f)
	}
	st.pass(72*time.Hour - time.Second)
	st.token = ""
	st.auth()
	st.want(0, st.call("message/send", image("image")))
	st.pass(time.Second)
	st.token = ""
	st.want(40007, st.call("message/send", image("image")))
	st.want(40007, st.call("message/send", toApp("zhang", `"msgtype":"file","file":{"media_id":"never"}`)))
}
