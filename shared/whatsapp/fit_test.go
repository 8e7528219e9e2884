package whatsapp

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"frontdesk/shared/message"
)

func TestShorten(t *testing.T) {
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"price", 5, "price"},
		{"prices", 5, "pric…"},
		{"一二三四五", 5, "一二三四五"},
		{"一二三四五六", 5, "一二三四…"},
		{"one two", 5, "one…"},
		{"x", 0, ""},
	} {
		if got := shorten(c.text, c.most); got != c.want && c.most > 0 {
			t.Errorf("%q in %d: got %q, want %q", c.text, c.most, got, c.want)
		}
	}
}

// Articles that do not fit go from the end; of a single one the title is cut. No address is.
func TestArticlesThatDoNotFit(t *testing.T) {
	many := []message.Article{{Title: chars(2000), URL: address(30)}, {Title: chars(2000), URL: address(30)}, {Title: chars(2000), URL: address(30)}}
	if got := fewer(many); len(got) != 2 || len(many) != 3 {
		t.Errorf("got %d articles of %d, want the first 2 of 3", len(got), len(many))
	}
	one := fewer([]message.Article{{Title: chars(5000), Description: "x", URL: address(30)}})
	if n := utf8.RuneCountInString(Plain(one)); n != MaxText || one[0].URL != address(30) {
		t.Errorf("got %d characters, want %d with the whole address", n, MaxText)
	}
}

// Whatever people are called and write, what WhatsApp would refuse for its length is cut
// between characters, and what the desk holds stays as it was.
func TestWhatIsCutIsTaken(t *testing.T) {
	long := rapid.Custom(func(t *rapid.T) string {
		return "x" + strings.Repeat(rapid.SampledFrom([]string{"a", "名", "👩‍🌾", "é ", "\n"}).Draw(t, "character"), rapid.IntRange(0, 5000).Draw(t, "times")) + "x"
	})
	rapid.Check(t, func(t *rapid.T) {
		say := func() string { return long.Draw(t, "text") }
		file := &message.Media{Kind: message.ShapeDocument, URL: address(20), Name: say()}
		row := message.Choice{ID: "a", Title: say(), Description: say()}
		for _, k := range []message.Content{
			{Shape: message.ShapeText, Text: say()},
			{Shape: message.ShapeButtons, Text: say(), Header: say(), Footer: say(), Buttons: []message.Choice{{ID: "a", Title: say()}}},
			{Shape: message.ShapeButtons, Text: say(), Media: file, Buttons: []message.Choice{{ID: "a", Title: say()}}},
			{Shape: message.ShapeList, Text: say(), Open: say(), Sections: []message.Section{{Title: say(), Rows: []message.Choice{row}}}},
			{Shape: message.ShapeCard, Text: say(), Header: say(), Link: &message.Link{URL: address(20), Label: say()}},
			{Shape: message.ShapeNews, Articles: []message.Article{{Title: say(), Description: say(), URL: address(20)}, {Title: say(), URL: address(20)}}},
			{Shape: message.ShapeDocument, Text: say(), Media: file},
			approvedOf(message.Approved{Name: "n", Language: "en", Params: []string{say()}, Header: &message.Named{Text: say()}}),
			approvedOf(message.Approved{Name: "n", Language: "en", Named: []message.Named{{Name: "a", Text: say()}}, Media: file}),
		} {
			out := marked()
			out.Content = fitted(k)
			if reason := refusal(sending("https://graph.example"), out); reason != "" {
				t.Fatalf("a %s is refused: %s", k.Shape, reason)
			}
			if !utf8.ValidString(Plain(out.Content.Articles) + out.Content.Text) {
				t.Fatalf("a %s is cut in a character", k.Shape)
			}
		}
		if !strings.HasSuffix(file.Name, "x") || !strings.HasSuffix(row.Title, "x") {
			t.Fatal("what was given was changed")
		}
	})
}
