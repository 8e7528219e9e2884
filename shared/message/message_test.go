package message

import (
	"errors"
	"strings"
	"testing"
)

func TestALaterStatusRanksHigherAndFailedIsFinal(t *testing.T) {
	order := []Status{"warmed up", Sent, Delivered, Read, Played, Failed}
	for i := 1; i < len(order); i++ {
		if order[i-1].Rank() >= order[i].Rank() {
			t.Errorf("%s ranks %d, not below %s with %d", order[i-1], order[i-1].Rank(), order[i], order[i].Rank())
		}
	}
	if Status("").Rank() != 0 {
		t.Errorf("no status: got rank %d, want 0", Status("").Rank())
	}
}

func TestWhoCanBeIdentified(t *testing.T) {
	tests := []struct {
		name string
		p    Person
		want bool
	}{
		{"by user id", Person{UserID: "US.1"}, true},
		{"by phone", Person{Phone: "16505551234"}, true},
		{"a name is not enough", Person{Name: "Sheena", Username: "sheena"}, false},
	}
	for _, tt := range tests {
		if got := tt.p.Known(); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestASendErrorSaysWhatToDoAndKeepsItsCause(t *testing.T) {
	cause := errors.New("connection reset")
	tests := []struct {
		name string
		err  *SendError
		want string
	}{
		{"with the channel's code", &SendError{Class: Retry, Code: 130429, Reason: "Rate limit hit", Err: cause}, "send refused with code 130429 (retry): Rate limit hit"},
		{"with a cause", &SendError{Class: Unknown, Reason: "no answer", Err: cause}, "send failed (unknown): no answer: connection reset"},
		{"with neither", &SendError{Class: Stop, Reason: "no such channel"}, "send failed (stop): no such channel"},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		if tt.err.Err != nil && !errors.Is(tt.err, cause) {
			t.Errorf("%s: the cause cannot be found", tt.name)
		}
	}
	if !strings.Contains((&SendError{Class: Drop, Code: 131026}).Error(), "131026") {
		t.Error("the code is not shown")
	}
}
