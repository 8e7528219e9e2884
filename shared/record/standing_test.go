package record

import (
	"testing"
	"time"

	"frontdesk/shared/conversation"
)

// What templates answer must not cost more for what people need.
func TestAHeadThatStandsNowhereCostsNothing(t *testing.T) {
	h := &conversation.Head{ID: "a", Status: conversation.Resolved, Team: "care"}
	s := &Store{Keep: Keep}
	allocs := testing.AllocsPerRun(100, func() {
		if writes, err := s.standing(h, time.Time{}); len(writes) != 0 || err != nil {
			t.Fatalf("got %v, %v, want nothing", writes, err)
		}
	})
	if allocs != 0 {
		t.Errorf("got %v allocations, want none", allocs)
	}
}
