package conversation

import (
	"strings"
	"time"
)

// surveyChoice begins the ids of the answers to the question how it was.
const surveyChoice = "survey:"

// Rating reads the id of a tapped choice: survey:1 (worst) to survey:5 (best) are 1 to
// 5, and everything else is 0.
func Rating(choice string) int {
	digit, ok := strings.CutPrefix(choice, surveyChoice)
	if !ok || len(digit) != 1 || digit[0] < '1' || digit[0] > '5' {
		return 0
	}
	return int(digit[0] - '0')
}

// Taken is a head that people are in charge of, from now on unless they were already. What
// they wrote before it was resolved counts for the survey no more.
func (h Head) Taken(at time.Time, reason string) Head {
	if h.HandedOff.IsZero() {
		if h.Opened.IsZero() {
			h.AgentReplied = false
		}
		h.HandedOff, h.Reason = at, reason
	}
	if reason == ReasonAgent {
		h.Tended = max(h.Tended, at.UnixMilli(), h.LastInbound.UnixMilli())
	}
	h.Status, h.Auto.Answered = Open, 0
	return h
}
