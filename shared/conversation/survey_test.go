package conversation_test

import (
	"fmt"
	"testing"

	"frontdesk/shared/conversation"
)

func TestRating(t *testing.T) {
	for n := 1; n <= 5; n++ {
		if got := conversation.Rating(fmt.Sprint("survey:", n)); got != n {
			t.Errorf("survey:%d: got %d", n, got)
		}
	}
	for _, choice := range []string{"", "survey:", "survey:0", "survey:6", "survey:10", "survey:-1", "survey:五", "Survey:3", "prices", "3"} {
		if got := conversation.Rating(choice); got != 0 {
			t.Errorf("%q: got %d, want it to be no rating", choice, got)
		}
	}
}

func TestWhatBelongsToASurvey(t *testing.T) {
	cases := []struct {
		name string
		m    conversation.Message
		want bool
	}{
		{"the question", conversation.Message{Facts: conversation.Facts{Survey: true}}, true},
		{"an answer, or the thanks", conversation.Message{Filter: conversation.BySurvey}, true},
		{"a template", conversation.Message{Filter: "price"}, false},
		{"an agent's message", conversation.Message{Source: conversation.ByAgent}, false},
	}
	for _, c := range cases {
		if got := c.m.OfSurvey(); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}
