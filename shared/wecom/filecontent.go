package wecom

import (
	"context"
	"strings"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// media is a file that was uploaded. W:90236, W:94677; a video of an app has words, too.
type media struct {
	ID    string `json:"media_id"`
	Title string `json:"title,omitempty"`
	Text  string `json:"description,omitempty"`
}

// fileRequest are the fields of both kinds of message for a file; one of them is set.
type fileRequest struct {
	Image *media `json:"image,omitempty"`
	Voice *media `json:"voice,omitempty"`
	Video *media `json:"video,omitempty"`
	File  *media `json:"file,omitempty"`
}

// MaxVideoText is how many bytes stand below a video of an app (W:90236).
const MaxVideoText = 512

// Captioned reports whether a kind of channel shows words with a kind of file: only an app
// does, below a video. A file with words goes out as a text with its address elsewhere.
func Captioned(kind message.Kind, shape message.Shape) bool {
	return kind == message.WeComApp && shape == message.ShapeVideo
}

// carried reports whether a content goes out as an uploaded file.
func carried(kind message.Kind, k message.Content) bool {
	return k.Shape.File() && (strings.TrimSpace(k.Text) == "" || Captioned(kind, k.Shape))
}

// fileOf fills in an uploaded file.
func fileOf(k message.Content, id string) (kind string, r fileRequest) {
	m := &media{ID: id}
	switch kind = uploadType(k.Shape); kind {
	case "image":
		r.Image = m
	case "voice":
		r.Voice = m
	case "video":
		m.Text = shorten(k.Text, MaxVideoText)
		r.Video = m
	default:
		r.File = m
	}
	return kind, r
}

// bodyOf is a message as its kind of channel takes it; media is the id of its file.
func bodyOf(ch channel.Channel, out message.Outgoing, media string) any {
	if ch.Kind == message.WeComKF {
		r := serviceMessage(ch, out)
		if media != "" {
			r.Type, r.fileRequest = fileOf(out.Content, media)
			r.Text = nil
		}
		return r
	}
	r := appMessage(ch, out)
	if media != "" {
		r.Type, r.fileRequest = fileOf(out.Content, media)
		r.Text = nil
	}
	return r
}

// invalidMedia is the code of a media_id that WeCom does not know (any more).
const invalidMedia = 40007

// withFile writes a message of a file, and does the rest. An id that is refused is renewed once.
func (s *Sender) withFile(ctx context.Context, c call, out message.Outgoing, deliver func(call) *message.SendError) *message.SendError {
	f := filed{ch: c.ch, media: *out.Content.Media}
	for try := 0; ; try++ {
		id, failed := s.mediaID(ctx, f)
		if failed != nil {
			return failed
		}
		c.body = bodyOf(c.ch, out, id)
		if failed = deliver(c); failed == nil || failed.Code != invalidMedia || try > 0 {
			return failed
		}
		f.refused = channel.Secret(id)
	}
}
