package qyapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"time"
)

const (
	// maxUpload is the largest request body of media/upload: a file of 20 MB, and room around it.
	maxUpload = 21 << 20
	// mediaLife is how long a file is kept (W:90253).
	mediaLife = 3 * day
	// keptFiles is how many files the sandbox remembers.
	keptFiles = 200
)

// File is what was uploaded.
type File struct {
	Type string // image, voice, video, file
	Name string
	Data []byte

	id    string
	until time.Time
}

// kinds of file: their size in bytes, and what they must be (W:90253).
func sizeOf(kind string) int {
	return map[string]int{"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}[kind]
}

// mediaUpload reads the form of media/upload: a POST whose part is named media and has a
// file name.
func mediaUpload(s *Sandbox, c *caller, data []byte) (*action, *refusal) {
	f := File{Type: c.query.Get("type")}
	most := sizeOf(f.Type)
	if most == 0 {
		return nil, refuse(40004, "invalid media type")
	}
	var err error
	if f.Name, f.Data, err = formFile(c.form, data); err != nil {
		return nil, refuse(41005, "missing media data: %v", err)
	}
	switch is := http.DetectContentType(f.Data); {
	case len(f.Data) <= 5:
		return nil, refuse(40006, "the file has 5 bytes or fewer")
	case len(f.Data) > most:
		return nil, refuse(45001, "media size out of limit")
	case f.Type == "image" && is != "image/jpeg" && is != "image/png",
		f.Type == "video" && is != "video/mp4",
		f.Type == "voice" && !bytes.HasPrefix(f.Data, []byte("#!AMR")):
		return nil, refuse(40005, "invalid file type")
	}
	return &action{Request{Type: f.Type}, func() (answer, *refusal) { return s.keep(f) }}, nil
}

// formFile finds the part named media.
func formFile(contentType string, data []byte) (name string, body []byte, err error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "multipart/form-data" {
		return "", nil, errors.New("the body is no multipart/form-data")
	}
	r := multipart.NewReader(bytes.NewReader(data), params["boundary"])
	for {
		part, err := r.NextPart()
		if err != nil {
			return "", nil, errors.New("no part is named media")
		}
		if part.FormName() != "media" || part.FileName() == "" {
			continue
		}
		body, err := io.ReadAll(part)
		return part.FileName(), body, err
	}
}

// keep stores a file. The caller holds the lock.
func (s *Sandbox) keep(f File) (answer, *refusal) {
	id, err := s.id("media-")
	if err != nil {
		return nil, noID(err)
	}
	now := s.cfg.Now()
	f.id, f.until = id, now.Add(mediaLife)
	s.files = append(s.files, f)
	s.files = s.files[max(len(s.files)-keptFiles, 0):]
	return answer{"type": f.Type, "media_id": id, "created_at": now.Unix()}, nil
}

// Lookup returns a file that is still kept.
func (s *Sandbox) Lookup(mediaID string) (File, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.file(mediaID)
}

func (s *Sandbox) file(id string) (File, bool) {
	i := slices.IndexFunc(s.files, func(f File) bool { return f.id == id && s.cfg.Now().Before(f.until) })
	if i < 0 {
		return File{}, false
	}
	return s.files[i], true
}

// uploaded holds that the file of a message is there and of its type (40007). The caller
// holds the lock.
func (s *Sandbox) uploaded(c content) *refusal {
	if sizeOf(c.kind) == 0 {
		return nil
	}
	var m media
	if json.Unmarshal(c.raw, &m) != nil || slices.Contains(s.cfg.MediaIDs, m.MediaID) {
		return nil
	}
	if f, known := s.file(m.MediaID); !known || f.Type != c.kind {
		return refuse(40007, "invalid media_id")
	}
	return nil
}
