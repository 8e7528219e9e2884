package channel

import "time"

// AccessToken is what a channel's API gives for a secret, as all processes share it.
type AccessToken struct {
	// Value is empty while the first one is being fetched, or after it was refused.
	Value Secret
	// Until is when Value runs out.
	Until time.Time
	// Lease is until when nobody else fetches. It ends by itself when its holder dies.
	Lease time.Time
	// Code is why the channel gave no token; until Lease ends nobody asks again.
	Code int
	// Version is the table's.
	Version int64
}
