package channel

import (
	"errors"
	"strings"
	"testing"
)

func TestWhatWeComDoesWithRepeats(t *testing.T) {
	kfWith := func(fields string) string { return strings.Replace(kf, `"id"`, fields+`,"id"`, 1) }
	appWith := func(fields string) string { return strings.Replace(app, `"id"`, fields+`,"id"`, 1) }
	for _, c := range []struct {
		name, json string
		safe       bool
		code, secs int
	}{
		{"nothing said", kf, false, 0, 0},
		{"unknown", kfWith(`"repeated_msgid":"unknown"`), false, 0, 0},
		{"ignored", kfWith(`"repeated_msgid":"ignored"`), true, 0, 0},
		{"refused with a code", kfWith(`"repeated_msgid":95099`), true, 95099, 0},
		{"nothing said of an app", app, false, 0, 0},
		{"two minutes", appWith(`"duplicate_check":120`), false, 0, 120},
		{"four hours", appWith(`"duplicate_check":14400`), false, 0, 14400},
	} {
		got, err := Parse([]byte("[" + c.json + "]"))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if ch := got[0]; ch.RepeatSafe != c.safe || ch.RepeatCode != c.code || ch.DuplicateCheck != c.secs {
			t.Errorf("%s: got %v, %d, %d s, want %v, %d, %d s", c.name, ch.RepeatSafe, ch.RepeatCode, ch.DuplicateCheck, c.safe, c.code, c.secs)
		}
	}
	for _, c := range []struct{ name, json, want string }{
		{"another word", kfWith(`"repeated_msgid":"SECRET"`), "channel kf-main: repeated_msgid is not one we know"},
		{"no code", kfWith(`"repeated_msgid":0`), "repeated_msgid is not one we know"},
		{"a code with a fraction", kfWith(`"repeated_msgid":1.5`), "repeated_msgid is not one we know"},
		{"a msgid of an app", appWith(`"repeated_msgid":"ignored"`), "repeated_msgid is not a field of this kind"},
		{"longer than four hours", appWith(`"duplicate_check":14401`), "channel app-main: duplicate_check is longer than 4 hours"},
		{"not a number", appWith(`"duplicate_check":true`), "duplicate_check is not such a number"},
		{"customer service has no duplicate check", kfWith(`"duplicate_check":120`), "duplicate_check is not a field of this kind"},
	} {
		_, err := Parse([]byte("[" + c.json + "]"))
		var faults Faults
		if !errors.As(err, &faults) || len(faults) != 1 || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: got %v, want one fault with %q", c.name, err, c.want)
		}
	}
}
