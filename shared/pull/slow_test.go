//go:build !race

package pull_test

// slow says that the race detector is on.
const slow = false
