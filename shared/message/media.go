package message

import (
	"path"
	"slices"
	"unicode/utf8"
)

// The shapes of one file: a picture, a film, a document, a recording. Text is what stands
// below it, where the channel has a place for that.
const (
	ShapeImage    Shape = "image"
	ShapeVideo    Shape = "video"
	ShapeDocument Shape = "document"
	ShapeAudio    Shape = "audio"
)

// File reports whether a shape is one file.
func (s Shape) File() bool {
	return slices.Contains([]Shape{ShapeImage, ShapeVideo, ShapeDocument, ShapeAudio}, s)
}

// Media is a file that stands somewhere: at URL, or at WhatsApp under ID. It has one of the two.
type Media struct {
	// Kind is image, video, document or audio.
	Kind Shape `json:"kind,omitempty"`
	// URL is an https address from which the channel, or we for it, fetch the file.
	URL string `json:"url,omitempty"`
	// ID is that of a file uploaded to the WhatsApp number (30 days; Meta, media page).
	ID string `json:"id,omitempty"`
	// Name is the file name that a document is shown under.
	Name string `json:"name,omitempty"`
}

// Lines is a file as words for where no file can be shown: its name, if it has one, and
// below it the address.
func (m Media) Lines() string {
	if m.Name == "" {
		return m.URL
	}
	return m.Name + "\n" + m.URL
}

// ShortName is the name of a file in at most so many bytes. It is cut between characters and
// in front of its ending, by which people's programs know what to do with it.
func (m Media) ShortName(size int) string {
	if len(m.Name) <= size {
		return m.Name
	}
	end := path.Ext(m.Name)
	if len(end) > 10 {
		end = ""
	}
	cut := max(size-len(end), 0)
	for cut > 0 && !utf8.RuneStart(m.Name[cut]) {
		cut--
	}
	return m.Name[:cut] + end
}
