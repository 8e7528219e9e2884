package wire_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"frontdesk/shared/wire"
)

func TestWords(t *testing.T) {
	private := []string{"made-up-token-0123456789", "Sheena", "the tea is cold again", "hi", ""}
	const left = "(the details repeat what was sent and are left out)"
	cases := []struct{ name, words, want string }{
		{"what names the fault stays", "Parameter body is missing", "Parameter body is missing"},
		{"a number is masked", "to +16505551234 failed", "to … failed"},
		{"the token", "Bearer made-up-token-0123456789 expired", left},
		{"a piece of the token", "…token-0123456…", left},
		{"a name", "Sheena is not known", left},
		{"a piece of the text", "near 'tea is cold'", left},
		{"a text so short that every answer holds it", "this hint", "this hint"},
		{"what cannot be printed", "a\x00b\nc", "a b c"},
		{"more than anybody reads", strings.Repeat("字", 400), strings.Repeat("字", wire.MaxWords) + "…"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := wire.Words(c.words, private); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func FuzzWords(f *testing.F) {
	f.Add("Parameter +16505551234 is missing", "Sheena Nelson")
	f.Add("近处的字", "近处的字在这里")
	f.Fuzz(func(t *testing.T, words, secret string) {
		got := wire.Words(words, []string{secret})
		if len(secret) >= 16 && utf8.ValidString(secret) && !strings.Contains("(the details repeat what was sent and are left out)", secret) && strings.Contains(got, secret) {
			t.Errorf("got %q, which holds %q", got, secret)
		}
		if utf8.RuneCountInString(got) > wire.MaxWords+1 {
			t.Errorf("got %d characters", utf8.RuneCountInString(got))
		}
	})
}
