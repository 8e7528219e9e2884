package qyapi_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/wecom"
)

// shelf is where files stand that templates name, by their addresses.
type shelf struct {
	mu    sync.Mutex
	files map[string]string
	asked int
}

func (s *shelf) fetch(_ context.Context, address string, most int64) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	data, ok := s.files[address]
	if !ok {
		return nil, &message.SendError{Class: message.Bug, Reason: "the file's address answers with status 404"}
	}
	if int64(len(data)) > most {
		return nil, &message.SendError{Class: message.Bug, Reason: "too large"}
	}
	return []byte(data), nil
}

const (
	png = "\x89PNG\r\n\x1a\nrest"
	mp4 = "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
	amr = "#!AMR\nabc"
)

// filing is a company whose templates send files.
func filing(t *testing.T) (*met, *shelf, *wecom.Memory) {
	m := meet(t, nil)
	s := &shelf{files: map[string]string{
		"https://shop.example/tea.png": png, "https://shop.example/tea.mp4": mp4, "https://shop.example/hi.amr": amr,
		"https://shop.example/teas.pdf": "%PDF-1.7", "https://shop.example/tea.gif": "GIF89a......",
	}}
	store := &wecom.Memory{}
	m.sender.Files = &wecom.Files{Store: store, Fetch: s.fetch, Now: m.clock}
	_, err := m.WriteKF(context.Background(), account, robin, qyapi.KFText("hi"))
	m.must(err)
	return m, s, store
}

func file(shape message.Shape, url string) message.Content {
	return message.Content{Shape: shape, Media: &message.Media{Kind: shape, URL: url}}
}

var (
	picture  = file(message.ShapeImage, "https://shop.example/tea.png")
	customer = message.Person{UserID: robin.ExternalUserID}
	member   = message.Person{UserID: "zhang"}
)

// Both kinds of channel get the file itself, and the sandbox has what was uploaded.
func TestFilesAreUploadedAndSent(t *testing.T) {
	m, _, _ := filing(t)
	for _, c := range []struct {
		what          message.Content
		kind, content string
	}{
		{picture, "image", png}, {file(message.ShapeVideo, "https://shop.example/tea.mp4"), "video", mp4},
		{file(message.ShapeAudio, "https://shop.example/hi.amr"), "voice", amr},
		{file(message.ShapeDocument, "https://shop.example/teas.pdf"), "file", "%PDF-1.7"},
	} {
		m.send(m.app, member, message.Outgoing{Ref: "home." + c.kind, Content: c.what})
		m.send(m.kf, customer, message.Outgoing{Ref: "home." + c.kind, Content: c.what})
		sent := m.Sent()
		for _, one := range sent[len(sent)-2:] {
			id := strings.TrimSuffix(strings.TrimPrefix(string(one.Body), `{"media_id":"`), `"}`)
			f, ok := m.Lookup(id)
			if !ok || one.Type != c.kind || string(f.Data) != c.content {
				t.Errorf("got %s with %q (%+v), want %s", one.Type, one.Body, f, c.kind)
			}
		}
	}
}

// One upload serves everybody, in every process, until shortly before WeCom forgets the file.
func TestAFileIsUploadedOnce(t *testing.T) {
	m, s, store := filing(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { m.send(m.app, member, message.Outgoing{Content: picture}) })
	}
	all.Wait()
	m.sender.Files = &wecom.Files{Store: store, Fetch: s.fetch, Now: m.clock} // another process
	m.send(m.app, member, message.Outgoing{Content: picture})
	if s.asked != 1 {
		t.Errorf("got %d uploads, want 1", s.asked)
	}
	m.now = m.now.Add(71 * time.Hour)
	m.send(m.app, member, message.Outgoing{Content: picture})
	if s.asked != 2 {
		t.Errorf("an hour before its end: got %d uploads, want 2", s.asked)
	}
}

// A file that WeCom has forgotten is uploaded again, once, and the message goes out.
func TestAForgottenFileIsUploadedAgain(t *testing.T) {
	m, s, store := filing(t)
	m.send(m.kf, customer, message.Outgoing{Ref: "home.r1", Content: picture})
	later, _, _ := filing(t) // a company that never had the file
	later.sender.Files = &wecom.Files{Store: store, Fetch: s.fetch, Now: m.clock}
	later.send(later.kf, customer, message.Outgoing{Ref: "home.r2", Content: picture})
	if s.asked != 2 || len(later.Sent()) != 1 {
		t.Errorf("got %d uploads and %d messages, want 2 and 1", s.asked, len(later.Sent()))
	}
	later.send(later.kf, customer, message.Outgoing{Ref: "home.r3", Content: picture})
	if s.asked != 2 {
		t.Errorf("the new id was not kept: %d uploads, want 2", s.asked)
	}
}

// What cannot be sent as it is never goes out as something else.
func TestFilesThatWeComDoesNotTake(t *testing.T) {
	m, _, _ := filing(t)
	for name, c := range map[string]message.Content{
		"a picture of another format": file(message.ShapeImage, "https://shop.example/tea.gif"),
		"a film that is a picture":    file(message.ShapeVideo, "https://shop.example/tea.png"),
		"a recording that is none":    file(message.ShapeAudio, "https://shop.example/tea.png"),
		"a file that is gone":         file(message.ShapeDocument, "https://shop.example/gone.pdf"),
		"no https address":            file(message.ShapeImage, "http://shop.example/tea.png"),
		"a file at WhatsApp":          {Shape: message.ShapeImage, Media: &message.Media{Kind: message.ShapeImage, ID: "1013859600285441"}},
		"no file":                     {Shape: message.ShapeImage},
	} {
		_, err := m.sender.Send(context.Background(), m.kf, message.Outgoing{Channel: m.kf.ID, To: customer, Content: c})
		failed, ok := errors.AsType[*message.SendError](err)
		if !ok || failed.Class != message.Bug || strings.Contains(err.Error(), "shop.example") {
			t.Errorf("%s: got %v, want a bug that does not tell the address", name, err)
		}
	}
	if n := len(m.Sent()); n != 0 {
		t.Errorf("got %d messages, want none", n)
	}
}

// Words beside a file have no place on these channels but below a video of an app: so the
// customer gets them with the address, and loses nothing.
func TestWordsBesideAFile(t *testing.T) {
	m, s, _ := filing(t)
	said := picture
	said.Text = strings.Repeat("茶", 1000)
	m.send(m.kf, customer, message.Outgoing{Ref: "home.r1", Content: said})
	m.send(m.app, member, message.Outgoing{Ref: "home.r1", Content: said})
	for _, one := range m.Sent() {
		if one.Type != "text" || len(one.Text) > wecom.MaxText || !strings.HasSuffix(one.Text, "…\n\nhttps://shop.example/tea.png") {
			t.Errorf("got %s %q, want a text that ends in the address", one.Type, one.Text)
		}
	}
	if s.asked != 0 {
		t.Errorf("got %d uploads, want none", s.asked)
	}
	film := file(message.ShapeVideo, "https://shop.example/tea.mp4")
	film.Text = "How to make tea"
	m.send(m.app, member, message.Outgoing{Ref: "home.r2", Content: film})
	if last := m.Sent()[2]; last.Type != "video" || !strings.Contains(string(last.Body), `"description":"How to make tea"`) {
		t.Errorf("got %s %s, want a video with its words", last.Type, last.Body)
	}
}
