package decide_test

import (
	"testing"

	"pgregory.net/rapid"

	"frontdesk/shared/decide"
	"frontdesk/shared/playbook"
	"frontdesk/shared/text"
)

func TestFuzzy(t *testing.T) {
	for _, c := range []struct {
		name, phrase string
		percent      int
		text         string
		want         bool
	}{
		{"as it is", "refund", 80, "I want a refund!", true},
		{"a letter is missing", "refund", 80, "I want a refnd", true},
		{"a letter too many", "refund", 80, "I want a reffund", true},
		{"another letter", "refund", 80, "I want a refumd", true},
		{"two letters changed places", "refund", 80, "i want a refudn", true},
		{"two letters changed places in the middle", "refund", 80, "a reufnd please", true},
		{"two mistakes of six letters are 66 percent", "refund", 80, "i want a rfudn", false},
		{"two mistakes are allowed at 60 percent", "refund", 60, "i want a rfudn", true},
		{"inside another word", "price", 80, "reprices", false},
		{"a similar word has one letter more", "price", 80, "prices", true},
		{"several words", "how much is it", 80, "hello, hwo mcuh is it?", true},
		{"the words run together", "gift card", 80, "do you sell a giftcard", true},
		{"traditional characters are no mistake", "多少钱一件", 80, "請問多少錢一件", true},
		{"one Chinese character is another", "多少钱一件", 80, "请问多少前一件？", true},
		{"two Chinese characters are others", "多少钱一件", 80, "请问多少前一个？", false},
		{"no text", "refund", 80, "", false},
		{"only punctuation", "refund", 80, "?!", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parse(t, shop+`}`)
			p.Filters = []playbook.Filter{fuzzily(c.phrase, c.percent)}
			b, err := decide.Compile(p, 1)
			if err != nil {
				t.Fatal(err)
			}
			if got := decide.Decide(b, known(), says(c.text), monday).By == "f"; got != c.want {
				t.Errorf("%q like %q by %d percent: got %v, want %v", c.text, c.phrase, c.percent, got, c.want)
			}
		})
	}
}

func fuzzily(phrase string, percent int) playbook.Filter {
	return playbook.Filter{ID: "f", When: playbook.Condition{Fuzzy: &playbook.FuzzyMatch{Phrases: []string{phrase}, Percent: percent}}, Then: playbook.Action{Reply: "price"}}
}

// Few letters make many ways to resemble something, also where two pieces of a phrase meet.
func TestFuzzyAgreesWithTryingEveryPart(t *testing.T) {
	letters := rapid.SampledFrom([]rune("ab ab c价钱"))
	matched := 0
	rapid.Check(t, func(t *rapid.T) {
		phrase := text.Fold(rapid.StringOfN(letters, 4, 12, -1).Draw(t, "phrase"))
		percent, wrote := rapid.IntRange(60, 90).Draw(t, "percent"), mistyped(t, phrase, letters)
		p := &playbook.Playbook{Languages: []string{"en"}, Templates: []playbook.Template{{ID: "price"}}, Filters: []playbook.Filter{fuzzily(phrase, percent)}}
		b, err := decide.Compile(p, 1)
		if err != nil {
			return // too short for a mistake
		}
		m := says(wrote)
		got, want := decide.Decide(b, known(), m, monday).By == "f", resembles(text.Fold(wrote), phrase, percent)
		if got != want {
			t.Fatalf("%q like %q by %d percent: got %v, want %v", wrote, phrase, percent, got, want)
		}
		if got {
			matched++
		}
	})
	if matched == 0 {
		t.Error("nothing matched, so nothing was compared")
	}
}

// mistyped is a phrase with mistakes, and something around it.
func mistyped(t *rapid.T, phrase string, letters *rapid.Generator[rune]) string {
	r := []rune(phrase)
	for range rapid.IntRange(0, 5).Draw(t, "mistakes") {
		if len(r) < 2 {
			break
		}
		at := rapid.IntRange(0, len(r)-2).Draw(t, "at")
		switch rapid.IntRange(0, 4).Draw(t, "how") {
		case 0:
			r = append(r[:at:at], r[at+1:]...)
		case 1:
			r[at] = letters.Draw(t, "other")
		case 2:
			r = append(append(append([]rune{}, r[:at]...), letters.Draw(t, "more")), r[at:]...)
		default:
			r[at], r[at+1] = r[at+1], r[at]
		}
	}
	around := rapid.StringOfN(letters, 0, 6, -1)
	return around.Draw(t, "before") + rapid.SampledFrom([]string{"", " "}).Draw(t, "gap") + string(r) + around.Draw(t, "behind")
}
