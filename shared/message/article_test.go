package message

import "testing"

func TestAnArticleAsAText(t *testing.T) {
	a := Article{Title: "Longjing", Description: "Green", URL: "https://shop.example/longjing"}
	for _, c := range []struct {
		name      string
		article   Article
		described bool
		want      string
	}{
		{"whole", a, true, "Longjing\nGreen\nhttps://shop.example/longjing"},
		{"short", a, false, "Longjing\nhttps://shop.example/longjing"},
		{"without a description", Article{Title: "Tea", URL: "https://shop.example"}, true, "Tea\nhttps://shop.example"},
	} {
		if got := c.article.Lines(c.described); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWhichChannelsTakeNoticesOnly(t *testing.T) {
	for kind, want := range map[Kind]bool{WhatsApp: false, WeComKF: false, WeComApp: false, WeComBot: false, WeComRobot: true, WeComGroup: true} {
		if got := kind.Notices(); got != want {
			t.Errorf("%s: got %v, want %v", kind, got, want)
		}
	}
}
