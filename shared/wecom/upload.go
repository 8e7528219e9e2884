package wecom

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"

	"frontdesk/shared/message"
)

// What WeCom takes as a temporary file, in bytes; every file has more than 5 (W:90253).
const (
	MaxImage = 10 << 20 // JPG and PNG
	MaxVoice = 2 << 20  // AMR, at most 60 seconds
	MaxVideo = 10 << 20 // MP4
	MaxFile  = 20 << 20
	minFile  = 6

	maxFileName = 240 // bytes; no page names a limit (?)
)

func mostBytes(kind message.Shape) int64 {
	switch kind {
	case message.ShapeImage:
		return MaxImage
	case message.ShapeAudio:
		return MaxVoice
	case message.ShapeVideo:
		return MaxVideo
	}
	return MaxFile
}

// misfit looks at the beginning of a file, which does not lie as a name can; "" when WeCom
// takes it.
func misfit(kind message.Shape, data []byte) string {
	is := http.DetectContentType(data)
	switch {
	case len(data) < minFile:
		return "the file has less than 6 bytes"
	case kind == message.ShapeImage && is != "image/jpeg" && is != "image/png":
		return "the file is no JPEG and no PNG, and WeCom takes no other picture"
	case kind == message.ShapeVideo && is != "video/mp4":
		return "the file is no MP4, and WeCom takes no other video"
	case kind == message.ShapeAudio && !bytes.HasPrefix(data, []byte("#!AMR")):
		return "the file is no AMR, and WeCom takes no other recording"
	}
	return ""
}

// uploadType is WeCom's word for a kind of file.
func uploadType(kind message.Shape) string {
	switch kind {
	case message.ShapeImage, message.ShapeVideo:
		return string(kind)
	case message.ShapeAudio:
		return "voice"
	}
	return "file"
}

// uploaded is the answer of media/upload.
type uploaded struct {
	ID string `json:"media_id"`
}

// upload gives a file to WeCom (media/upload, W:90253). Doing it twice does no harm.
func (s *Sender) upload(ctx context.Context, f filed, data []byte) (string, *message.SendError) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("media", FileName(f.media))
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return "", &message.SendError{Class: message.Bug, Reason: fmt.Sprintf("the file cannot be written as a form: %v", err)}
	}
	c := call{
		ch: f.ch, path: "media/upload", query: "&type=" + uploadType(f.media.Kind), repeatable: true,
		form: form.Bytes(), formType: w.FormDataContentType(), private: []string{f.media.URL, f.media.Name},
	}
	var got uploaded
	if failed := s.do(ctx, c, &got); failed != nil {
		return "", failed
	}
	if got.ID == "" {
		return "", &message.SendError{Class: message.Retry, Reason: "the answer to an upload holds no media_id"}
	}
	return got.ID, nil
}

// FileName is the name that a file is shown under: its own, or the end of its address.
func FileName(m message.Media) string {
	if m.Name != "" {
		return m.ShortName(maxFileName)
	}
	if u, err := url.Parse(m.URL); err == nil {
		if base := path.Base(u.Path); base != "." && base != "/" {
			return base
		}
	}
	return string(m.Kind)
}
