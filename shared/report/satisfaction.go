package report

import "frontdesk/shared/rollup"

// Satisfaction is what customers answered when they were asked how satisfied they were.
// Questions count in the week in which they were asked, ratings in the week in which they
// were given.
type Satisfaction struct {
	// Surveys are questions that were asked, Rated the answers, and Ratings the answers
	// by value, 1 (worst) first.
	Surveys int64    `json:"surveys"`
	Rated   int64    `json:"rated"`
	Ratings [5]int64 `json:"ratings"`
	// ResponseRate is ratings of the week over questions of the week; null when there were
	// no questions, or more ratings than questions (of the week before).
	ResponseRate *float64 `json:"response_rate"`
	// SatisfiedShare is the usual CSAT, the share of 4 and 5 among all ratings; it is not
	// WeCom's, which has three answers. RatingMean is their mean, 1 to 5. Both are null
	// without a rating.
	SatisfiedShare *float64 `json:"satisfied_share"`
	RatingMean     *float64 `json:"rating_mean"`
}

func satisfactionOf(t rollup.Tally) Satisfaction {
	s := Satisfaction{Surveys: t.Surveys, Ratings: t.Ratings}
	var sum int64
	for i, n := range s.Ratings {
		s.Rated += n
		sum += int64(i+1) * n
	}
	if s.Rated <= s.Surveys {
		s.ResponseRate = share(s.Rated, s.Surveys)
	}
	s.SatisfiedShare = share(s.Ratings[3]+s.Ratings[4], s.Rated)
	s.RatingMean = share(sum, s.Rated)
	return s
}
