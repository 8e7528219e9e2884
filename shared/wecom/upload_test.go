package wecom

import (
	"strings"
	"testing"

	"frontdesk/shared/message"
)

// A name that came out longer than any sample goes along shorter, with its ending.
func TestALongFileNameIsCut(t *testing.T) {
	name := FileName(message.Media{Kind: message.ShapeDocument, Name: strings.Repeat("名", 4000) + ".pdf", URL: "https://shop.example/a.pdf"})
	if want := strings.Repeat("名", 78) + ".pdf"; name != want {
		t.Errorf("got %d bytes, want %d", len(name), len(want))
	}
}
