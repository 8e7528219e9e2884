package audit

import "time"

// spoken are the ids of what people wrote in the channel's own client.
func (a *auditor) spoken() map[string]bool {
	all := map[string]bool{}
	for _, s := range a.Spoken {
		all[s.ID] = true
	}
	return all
}

// client checks that what people wrote in the channel's own client is in the table once,
// or a dead letter.
func (a *auditor) client() {
	heard := map[string]int{}
	for _, m := range a.outbound {
		heard[m.ChannelID]++
	}
	for _, s := range a.Spoken {
		switch _, dead := a.dead[s.ID]; {
		case heard[s.ID] > 1:
			a.find(HeardTwice, "", s.ID, "%d times", heard[s.ID])
		case heard[s.ID] == 0 && !dead:
			a.find(Unheard, "", s.ID, "written at %s", s.At.Format(time.RFC3339))
		}
	}
}

// The life of an access token, and how long before its end it is replaced (W:91039).
const (
	tokenLife  = 2 * time.Hour
	tokenEarly = 6 * time.Minute
)

// fetches checks that an access token is fetched once for everybody: when there was
// none, when it came to its end, or when what was fetched before got lost.
func (a *auditor) fetches() {
	var made time.Time // when the token that everybody has was given first
	excused := true
	for _, t := range a.Tokens {
		if t.Kind == TokenEnded || t.Kind == TokenTrouble {
			excused = true
			continue
		}
		if age := t.At.Sub(made); !excused && age < tokenLife-tokenEarly && !a.clockJumped(made, t.At) {
			a.find(Refetched, "", "", "at %s, %s after the one before", t.At.Format(time.RFC3339), age)
		}
		if excused = false; t.Kind == TokenGiven {
			made = t.At
		}
	}
}

// welcomes checks that every welcome was claimed before it went out.
func (a *auditor) welcomes() {
	for _, s := range a.Sent {
		if s.Welcome && !s.Claimed {
			a.find(Unclaimed, "", s.ID, "sent at %s", s.At.Format(time.RFC3339))
		}
	}
}
