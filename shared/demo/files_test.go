package demo_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"frontdesk/shared/demo"
)

// Every file that the demo's templates send is on this machine, and is what its name says.
func TestTheDemosFilesNeedNoNetwork(t *testing.T) {
	p, err := demo.Playbook(channelID, demo.Service, demo.Staff)
	if err != nil {
		t.Fatal(err)
	}
	languages := map[string]bool{}
	offline := errors.New("no network")
	fetch := demo.Fetch(func(context.Context, string, int64) ([]byte, error) { return nil, offline })
	for _, template := range p.Templates {
		for _, v := range template.Variants {
			if v.Media == nil {
				continue
			}
			data, err := fetch(context.Background(), v.Media.URL, 1<<20)
			if err != nil || http.DetectContentType(data) != "image/png" {
				t.Errorf("%s in %s: got %v, want a picture", template.ID, v.Language, err)
			}
			languages[v.Language] = true
		}
	}
	if !languages["en"] || !languages["zh-CN"] {
		t.Errorf("got files in %v, want one in both languages", languages)
	}
	for _, address := range []string{"https://cloudleaf.example/files/", "https://cloudleaf.example/files/../files.go", "https://cloudleaf.example/files/none.png", "https://other.example/files/brew.en.png"} {
		if _, err := fetch(context.Background(), address, 1<<20); !errors.Is(err, offline) {
			t.Errorf("%s: got %v, want that others are asked", address, err)
		}
	}
	if _, err := fetch(context.Background(), "https://cloudleaf.example/files/brew.en.png", 10); !errors.Is(err, offline) {
		t.Error("a file that is larger than asked for was returned")
	}
}
