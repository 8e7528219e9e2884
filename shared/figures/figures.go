// Package figures fetches what WeCom counted itself, so that the weekly mail can show it
// beside our own count. In this order:
//
//	ask     after 06:00 China time a [Timer] puts an errand for each day that is missing or
//	        may still be filled in: yesterday and the two days before, and whatever an
//	        outage of up to 31 days left out
//	fetch   a [Fetcher] asks WeCom for one day of one channel, from the one place whose
//	        address WeCom knows
//	keep    one row a day and channel, for ever, without anybody's id
//
// It refuses to ask for a day before its figures are ready: what WeCom shows in the night
// are zeros (WeCom, page 95489). A channel that may not read its figures is asked once a day
// and otherwise left alone. Repeats make no call.
package figures

import (
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/wecom"
	"frontdesk/shared/week"
)

const (
	// back is how many days before today are made up for after an outage.
	back = 31
	// late is how long after a day is ready it may still be filled in.
	late = 48 * time.Hour
)

// today is the day that it is where WeCom counts.
func today(now time.Time) string { return week.Day(now, wecom.DayZone()) }

// ready is when the figures of a day may be asked for.
func ready(day string) (time.Time, error) {
	from, _, err := week.Bounds(day, wecom.DayZone())
	return from.Add(wecom.StatisticsReady), err
}

// opens is when the day of a moment begins for asking: 06:00.
func opens(now time.Time) (time.Time, error) {
	from, _, err := week.Bounds(today(now), wecom.DayZone())
	return from.Add(wecom.StatisticsReady - 24*time.Hour), err
}

// Channels are the ids of those that have figures of their own; never nil.
func Channels(all []channel.Channel) []string {
	ids := []string{}
	for _, ch := range all {
		if counts(ch) {
			ids = append(ids, ch.ID)
		}
	}
	return ids
}

func counts(ch channel.Channel) bool {
	return ch.Kind == message.WeComKF || ch.Kind == message.WeComApp
}
