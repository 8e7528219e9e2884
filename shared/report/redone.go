package report

// Redone is what became of days that were to be rolled up again.
type Redone struct {
	Done []string `json:"done"`
	// Expired are days whose messages are not kept any more: their figures stay as they are.
	Expired []string `json:"expired"`
	// Next is the first of the days that are left, when there was no time for all.
	Next string `json:"next,omitempty"`
	Left int    `json:"left,omitempty"`
}
