package channel

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"
)

// Settings that are no settings are refused for little more than they take, with an
// error that people can read.
func TestSettingsAreBounded(t *testing.T) {
	const mega = 1 << 20
	for name, data := range map[string]string{
		"50 MB":                     "[" + strings.Repeat(" ", 50*mega) + "]",
		"100,000 lists":             strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000),
		"100,000 objects":           "[" + strings.Repeat(`{"id":`, 100_000),
		"a million numbers":         "[1" + strings.Repeat(",1", mega) + "]",
		"a hundred thousand fields": "[{" + strings.Repeat(`"x":1,`, 100_000) + `"kind":"whatsapp"}]`,
		"an id of megabytes":        `[{"kind": "whatsapp", "id": "` + strings.Repeat("SECRET", mega/2) + `"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			raw := []byte(data)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Parse(raw)
			runtime.ReadMemStats(&after)
			var faults Faults
			if !errors.As(err, &faults) || len(err.Error()) > 64<<10 || strings.Contains(err.Error(), "SECRET") {
				t.Errorf("got %.300v of %d faults", err, len(faults))
			}
			if cost := (after.TotalAlloc - before.TotalAlloc) / mega; cost > 256 {
				t.Errorf("it took %d MB", cost)
			}
		})
	}
}

// The events' settings, which the functions are tried out with, are read.
func TestTheSampleIsRead(t *testing.T) {
	data, err := os.ReadFile("../../events/channels.json")
	if err != nil {
		t.Fatal(err)
	}
	if channels, err := Parse(data); err != nil || len(channels) == 0 {
		t.Errorf("got %d channels, %v", len(channels), err)
	}
}
