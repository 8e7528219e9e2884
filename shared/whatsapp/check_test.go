package whatsapp

import (
	"strings"
	"testing"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// chars is n characters of three bytes each: limits count characters.
func chars(n int) string { return strings.Repeat("价", n) }

func rows(n int) []message.Choice {
	all := make([]message.Choice, n)
	for i := range all {
		all[i] = message.Choice{ID: "r" + strings.Repeat("x", i), Title: "row"}
	}
	return all
}

func buttonsOf(edit func(*message.Content)) message.Content {
	k := message.Content{Shape: message.ShapeButtons, Text: "?", Buttons: []message.Choice{{ID: "a", Title: "A"}}}
	edit(&k)
	return k
}

func listOf(edit func(*message.Content)) message.Content {
	k := message.Content{Shape: message.ShapeList, Text: "?", Open: "Menu", Sections: []message.Section{{Rows: rows(1)}}}
	edit(&k)
	return k
}

func cardOf(edit func(*message.Content)) message.Content {
	k := message.Content{Shape: message.ShapeCard, Header: "Teas", Text: "?", Link: &message.Link{URL: "https://shop.example", Label: "Open"}}
	edit(&k)
	return k
}

// newsOf are two articles, the first of which is described.
func newsOf(description string) message.Content {
	return message.Content{Shape: message.ShapeNews, Articles: []message.Article{
		{Title: "Longjing", Description: description, URL: "https://shop.example/longjing"}, {Title: "Pu'er", URL: "https://shop.example/puer"},
	}}
}

func address(n int) string { return "https://" + strings.Repeat("a", n-len("https://")) }

func approvedOf(a message.Approved) message.Content {
	return message.Content{Shape: message.ShapeApproved, Approved: &a}
}

const cutOff = "…"

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name    string
		content message.Content
		want    string // "" = it is sent, cutOff = it is sent with its end cut off
	}{
		{"text of 4096 characters", message.Content{Shape: message.ShapeText, Text: chars(4096)}, ""},
		{"text of 4097 characters", message.Content{Shape: message.ShapeText, Text: chars(4097)}, cutOff},
		{"empty text", message.Content{Shape: message.ShapeText}, "text is empty"},
		{"blank text", message.Content{Shape: message.ShapeText, Text: " \n"}, "text is empty"},
		{"text with a header", message.Content{Shape: message.ShapeText, Text: "x", Header: "h"}, "a text has no header or footer"},
		{"no shape", message.Content{Text: "x"}, "the shape is not one that WhatsApp has"},

		{"three buttons", buttonsOf(func(k *message.Content) { k.Buttons = rows(3) }), ""},
		{"four buttons", buttonsOf(func(k *message.Content) { k.Buttons = rows(4) }), "there are 4 buttons, 1 to 3 are allowed"},
		{"no button", buttonsOf(func(k *message.Content) { k.Buttons = nil }), "there are 0 buttons"},
		{"button title of 20", buttonsOf(func(k *message.Content) { k.Buttons[0].Title = chars(20) }), ""},
		{"button title of 21", buttonsOf(func(k *message.Content) { k.Buttons[0].Title = chars(21) }), cutOff},
		{"no button title", buttonsOf(func(k *message.Content) { k.Buttons[0].Title = "" }), "button title is empty"},
		{"button id of 256", buttonsOf(func(k *message.Content) { k.Buttons[0].ID = chars(256) }), ""},
		{"button id of 257", buttonsOf(func(k *message.Content) { k.Buttons[0].ID = chars(257) }), "button id has 257"},
		{"two buttons with one id", buttonsOf(func(k *message.Content) { k.Buttons = append(k.Buttons, k.Buttons[0]) }), "two buttons have the same id"},
		{"buttons body of 1024", buttonsOf(func(k *message.Content) { k.Text = chars(1024) }), ""},
		{"buttons body of 1025", buttonsOf(func(k *message.Content) { k.Text = chars(1025) }), cutOff},
		{"header and footer of 60", buttonsOf(func(k *message.Content) { k.Header, k.Footer = chars(60), chars(60) }), ""},
		{"header of 61", buttonsOf(func(k *message.Content) { k.Header = chars(61) }), cutOff},
		{"footer of 61", listOf(func(k *message.Content) { k.Footer = chars(61) }), cutOff},

		{"list body of 4096", listOf(func(k *message.Content) { k.Text = chars(4096) }), ""},
		{"list body of 4097", listOf(func(k *message.Content) { k.Text = chars(4097) }), cutOff},
		{"list label of 20", listOf(func(k *message.Content) { k.Open = chars(20) }), ""},
		{"list label of 21", listOf(func(k *message.Content) { k.Open = chars(21) }), cutOff},
		{"no list label", listOf(func(k *message.Content) { k.Open = "" }), "open is empty"},
		{"ten rows", listOf(func(k *message.Content) { k.Sections[0].Rows = rows(10) }), ""},
		{"eleven rows in two sections", listOf(func(k *message.Content) {
			all := rows(11)
			k.Sections = []message.Section{{Title: "a", Rows: all[:6]}, {Title: "b", Rows: all[6:]}}
		}), "there are 11 rows, at most 10"},
		{"eleven sections", listOf(func(k *message.Content) { k.Sections = make([]message.Section, 11) }), "there are 11 sections"},
		{"no section", listOf(func(k *message.Content) { k.Sections = nil }), "there are 0 sections"},
		{"a section without rows", listOf(func(k *message.Content) { k.Sections[0].Rows = nil }), "a section has no rows"},
		{"two sections, one without a title", listOf(func(k *message.Content) {
			k.Sections = []message.Section{{Title: "a", Rows: rows(1)}, {Rows: rows(2)[1:]}}
		}), "a section has no title"},
		{"the same row id in two sections", listOf(func(k *message.Content) {
			k.Sections = []message.Section{{Title: "a", Rows: rows(1)}, {Title: "b", Rows: rows(1)}}
		}), "two rows have the same id"},
		{"section title of 24", listOf(func(k *message.Content) { k.Sections[0].Title = chars(24) }), ""},
		{"section title of 25", listOf(func(k *message.Content) { k.Sections[0].Title = chars(25) }), cutOff},
		{"row at its limits", listOf(func(k *message.Content) {
			k.Sections[0].Rows[0] = message.Choice{ID: chars(200), Title: chars(24), Description: chars(72)}
		}), ""},
		{"row id of 201", listOf(func(k *message.Content) { k.Sections[0].Rows[0].ID = chars(201) }), "row id has 201"},
		{"row title of 25", listOf(func(k *message.Content) { k.Sections[0].Rows[0].Title = chars(25) }), cutOff},
		{"row description of 73", listOf(func(k *message.Content) { k.Sections[0].Rows[0].Description = chars(73) }), cutOff},

		{"card at its limits", cardOf(func(k *message.Content) {
			k.Header, k.Text, k.Footer, k.Link = chars(60), chars(1024), chars(60), &message.Link{URL: address(2000), Label: chars(20)}
		}), ""},
		{"card body of 1025", cardOf(func(k *message.Content) { k.Text = chars(1025) }), cutOff},
		{"card label of 21", cardOf(func(k *message.Content) { k.Link.Label = chars(21) }), cutOff},
		{"no card label", cardOf(func(k *message.Content) { k.Link.Label = "" }), "label of the link is empty"},
		{"card address of 2001", cardOf(func(k *message.Content) { k.Link.URL = address(2001) }), "an address has 2001"},
		{"card with a script", cardOf(func(k *message.Content) { k.Link.URL = "javascript:alert(1)" }), "no https address"},
		{"card without an address", cardOf(func(k *message.Content) { k.Link = nil }), "the card has no address"},
		{"news", newsOf("x"), ""},
		{"no articles", message.Content{Shape: message.ShapeNews}, "there are no articles"},
		{"article without a title", message.Content{Shape: message.ShapeNews, Articles: []message.Article{{URL: "https://shop.example"}}}, "an article has no title"},
		{"article that is not encrypted", message.Content{Shape: message.ShapeNews, Articles: []message.Article{{Title: "x", URL: "http://shop.example"}}}, "no https address"},
		{"articles beyond a text", message.Content{Shape: message.ShapeNews, Articles: []message.Article{{Title: chars(4096), URL: "https://shop.example"}}}, cutOff},
		{"Markdown", message.Content{Shape: message.ShapeMarkdown, Text: "**x**"}, "the shape is not one that WhatsApp has"},

		{"template name of 512", approvedOf(message.Approved{Name: strings.Repeat("a", 512), Language: "en"}), ""},
		{"template name of 513", approvedOf(message.Approved{Name: strings.Repeat("a", 513), Language: "en"}), "template name has 513"},
		{"template name in capitals", approvedOf(message.Approved{Name: "Order", Language: "en"}), "the template name has other characters"},
		{"no template name", approvedOf(message.Approved{Language: "en"}), "template name is empty"},
		{"no template language", approvedOf(message.Approved{Name: "order"}), "the template has no language"},
		{"an empty parameter", approvedOf(message.Approved{Name: "order", Language: "en", Params: []string{"a", ""}}), "template parameter 2 is empty"},
		{"a parameter of 1025", approvedOf(message.Approved{Name: "order", Language: "en", Params: []string{chars(1025)}}), cutOff},
		{"no template", message.Content{Shape: message.ShapeApproved}, "the approved template is not named"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGraph(t, 200, accepted)
			out := marked()
			out.Content = c.content
			_, err := g.send(out)
			if c.want == "" || c.want == cutOff {
				if err != nil || g.calls != 1 || strings.Contains(string(g.body), "…") != (c.want == cutOff) {
					t.Errorf("got %v after %d calls, want it sent, cut off: %v", err, g.calls, c.want == cutOff)
				}
				return
			}
			failed := sendError(t, err)
			if failed.Class != message.Bug || !strings.Contains(failed.Reason, c.want) || g.calls != 0 {
				t.Errorf("got %v after %d calls, want a bug, %q, and no call", failed, g.calls, c.want)
			}
		})
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*channel.Channel, *message.Outgoing)
		want string
	}{
		{"nobody", func(_ *channel.Channel, o *message.Outgoing) { o.To = message.Person{Name: "Marked Name"} }, "neither phone number nor user id"},
		{"a phone with a plus", func(_ *channel.Channel, o *message.Outgoing) { o.To.Phone = "+" + markPhone }, "not digits alone"},
		{"another channel", func(_ *channel.Channel, o *message.Outgoing) { o.Channel = "wa-two" }, "belongs to another channel"},
		{"another kind of channel", func(c *channel.Channel, _ *message.Outgoing) { c.Kind = message.WeComKF }, "not of kind whatsapp"},
		{"a reference of 513", func(_ *channel.Channel, o *message.Outgoing) { o.Ref = chars(513) }, "ref has 513"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGraph(t, 200, accepted)
			ch, out := sending(g.URL), marked()
			c.edit(&ch, &out)
			_, err := (&Sender{HTTP: g.Client()}).Send(t.Context(), ch, out)
			if failed := sendError(t, err); failed.Class != message.Bug || !strings.Contains(failed.Reason, c.want) || g.calls != 0 {
				t.Errorf("got %v after %d calls, want a bug, %q, and no call", failed, g.calls, c.want)
			}
		})
	}
}
