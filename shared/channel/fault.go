package channel

import (
	"fmt"
	"strings"
)

// Fault is one thing wrong with FRONTDESK_CHANNELS.
type Fault struct {
	// Channel is the channel's id, or its place ("#2") when the id is unusable.
	// Empty for the list as a whole.
	Channel string
	Field   string
	// Problem says what is wrong and Fix what to do. Neither holds a value.
	Problem, Fix string
}

func (f Fault) String() string {
	var b strings.Builder
	if f.Channel != "" {
		fmt.Fprintf(&b, "channel %s: ", f.Channel)
	}
	if f.Field != "" {
		b.WriteString(f.Field + " ")
	}
	b.WriteString(f.Problem + "; " + f.Fix)
	return b.String()
}

// Faults is every fault found, as one error.
type Faults []Fault

func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.String()
	}
	if len(lines) == 1 {
		return "FRONTDESK_CHANNELS: " + lines[0]
	}
	return fmt.Sprintf("FRONTDESK_CHANNELS has %d faults:\n  %s", len(lines), strings.Join(lines, "\n  "))
}
