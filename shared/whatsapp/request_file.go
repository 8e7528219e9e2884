package whatsapp

import "frontdesk/shared/message"

// media is a file: at a link, which Meta fetches and keeps for 10 minutes, or uploaded before
// (Meta, image, video, document and audio pages).
type media struct {
	ID      string `json:"id,omitempty"`
	Link    string `json:"link,omitempty"`
	Caption string `json:"caption,omitempty"`
	Name    string `json:"filename,omitempty"`
}

func mediaOf(m message.Media, caption string) *media {
	return &media{ID: m.ID, Link: m.URL, Caption: caption, Name: m.Name}
}

// file fills in a message of one file.
func (r *request) file(k message.Content) {
	r.Type = string(k.Shape)
	m := mediaOf(*k.Media, k.Text)
	switch k.Shape {
	case message.ShapeImage:
		r.Image = m
	case message.ShapeVideo:
		r.Video = m
	case message.ShapeDocument:
		r.Document = m
	case message.ShapeAudio:
		r.Audio = m
	}
}

// above is a file as the header of an interactive message.
func above(k message.Media) *header {
	h, m := &header{Type: string(k.Kind)}, mediaOf(k, "")
	switch k.Kind {
	case message.ShapeImage:
		h.Image = m
	case message.ShapeVideo:
		h.Video = m
	case message.ShapeDocument:
		h.Document = m
	}
	return h
}
