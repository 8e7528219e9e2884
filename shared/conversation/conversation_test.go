package conversation

import (
	"testing"
	"time"
)

func TestWhatMakesAContactAndOpensTheWindow(t *testing.T) {
	tests := []struct {
		name string
		m    Message
		want bool
	}{
		{"words", Message{Type: "text"}, true},
		{"a tap", Message{Type: "interactive"}, true},
		{"a type that we do not know", Message{Type: "hologram"}, true},
		{"words in a group", Message{Type: "text", Group: "g1"}, false},
		{"a reaction", Message{Type: "reaction"}, false},
		{"the channel tells of a changed number", Message{Type: "system"}, false},
		{"an edit", Message{Type: "edit"}, false},
		{"a deletion", Message{Type: "revoke"}, false},
	}
	for _, tt := range tests {
		if got := tt.m.Personal(); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestWhatPutsACustomerOff(t *testing.T) {
	for filter, want := range map[string]bool{"away": true, "fallback": true, "welcome": false, "price": false, "": false} {
		if got := (Message{Filter: filter}).PutsOff(); got != want {
			t.Errorf("%q: got %v, want %v", filter, got, want)
		}
	}
}

func TestAContactIsNewUntilTheyWrite(t *testing.T) {
	if !(Head{Version: 3}).New() {
		t.Error("somebody who only wrote in a group is no longer new")
	}
	if (Head{First: time.Unix(1749416383, 0)}).New() {
		t.Error("somebody who has written is new")
	}
}
