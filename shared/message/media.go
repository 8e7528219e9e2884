package message

import "slices"

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
