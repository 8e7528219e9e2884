package report

import (
	"encoding/json"

	"frontdesk/shared/rollup"
)

// seldom is what the trend shows of a row, the only use of weeks before the last.
type seldom struct {
	Day     string `json:"day"`
	Channel string `json:"channel"`
	Team    string `json:"team"`
	rollup.Counts
	FirstBot    rollup.Sketch `json:"first_bot"`
	FirstPeople rollup.Sketch `json:"first_people"`
}

// Decode reads a stored KPI row, as far as a report uses a row of so many weeks
// before its own: all of it for its week and the one before, what the trend shows
// for earlier ones.
func Decode(body []byte, weeksBack int) (rollup.Row, error) {
	var row rollup.Row
	if weeksBack <= 1 {
		return row, json.Unmarshal(body, &row)
	}
	var s seldom
	err := json.Unmarshal(body, &s)
	row.Day, row.Channel, row.Team, row.Counts = s.Day, s.Channel, s.Team, s.Counts
	row.FirstBot, row.FirstPeople = s.FirstBot, s.FirstPeople
	return row, err
}
