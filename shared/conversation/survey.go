package conversation

import "strings"

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

// Again is a head that people take up again: what they wrote before it was resolved
// counts for the survey no more. While a spell is open nothing changes.
func (h Head) Again() Head {
	if h.Opened.IsZero() {
		h.AgentReplied = false
	}
	return h
}
