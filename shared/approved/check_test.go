package approved_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontdesk/shared/approved"
	"frontdesk/shared/playbook"
	"frontdesk/shared/whatsapp"
)

var rewrite = flag.Bool("update", false, "write the golden files anew")

// known is a channel with one template of every kind that matters.
func known() approved.Known {
	body := func(name, language, status string, params int) whatsapp.Template {
		return whatsapp.Template{Name: name, Language: language, Status: status, Category: "utility", Params: params}
	}
	sale := body("sale", "en", "APPROVED", 0)
	sale.Category = "marketing"
	picture := body("picture", "en", "APPROVED", 1)
	picture.Header = "IMAGE"
	named := body("named", "en", "APPROVED", 2)
	named.Names = []string{"first_name", "order"}
	track := body("track", "en", "APPROVED", 1)
	track.Buttons = []whatsapp.TemplateButton{{Type: "QUICK_REPLY"}, {Type: "URL", Param: true}}
	titled := body("titled", "en", "APPROVED", 0)
	titled.Header, titled.HeaderParam, titled.HeaderName = "TEXT", true, "shop"
	code := body("code", "en", "APPROVED", 1)
	code.Category, code.Buttons = "authentication", []whatsapp.TemplateButton{{Type: "OTP"}}
	bad := body("bad", "en", "REJECTED", 0)
	bad.Reason = "INVALID_FORMAT"
	return approved.Known{Channel: "wa-main", Account: account, Fetched: noon, Templates: []whatsapp.Template{
		body("order_update", "en_US", "APPROVED", 2), body("order_update", "zh_CN", "APPROVED", 2), sale, picture, named, track, titled, code, bad,
		body("new", "en", "PENDING", 0), body("appealed", "en", "IN_APPEAL", 0), body("paused", "en", "PAUSED", 0), body("over", "en", "DISABLED", 0),
		body("odd", "en", "LIMIT_EXCEEDED", 0), body("stateless", "en", "", 0),
	}}
}

func named(name, language string, params ...string) playbook.Approved {
	return playbook.Approved{Name: name, Language: language, Params: params}
}

// none is live before anything is.
var none playbook.Playbook

// What an admin reads about each slip.
func TestFaultsOfApprovedVariants(t *testing.T) {
	sale := named("sale", "en")
	wrong := named("order_update", "en_US", "a", "b")
	wrong.Category = "marketing"
	cases := []struct {
		name string
		a    playbook.Approved
	}{
		{"nothing is wrong", named("order_update", "en_US", "a", "b")},
		{"no such name", named("shipping", "en")},
		{"a slip of the pen", named("order_updates", "en_US", "a", "b")},
		{"a locale that is not approved", named("order_update", "en", "a", "b")},
		{"too few parameters", named("order_update", "zh_CN", "a")},
		{"parameters for a text without any", named("new", "en", "a")},
		{"marketing, said to be utility", sale},
		{"utility, said to be marketing", wrong},
		{"in review", named("new", "en")},
		{"rejected", named("bad", "en")},
		{"appealed", named("appealed", "en")},
		{"paused", named("paused", "en")},
		{"disabled", named("over", "en")},
		{"a state that we do not know", named("odd", "en")},
		{"no state", named("stateless", "en")},
		{"a picture", named("picture", "en", "a")},
		{"named parameters", named("named", "en", "a", "b")},
		{"an address to fill in", named("track", "en", "a")},
		{"a code", named("code", "en", "a")},
		{"a picture that is given", playbook.Approved{Name: "picture", Language: "en", Params: []string{"a"}, Media: &playbook.Media{Kind: "image", URL: "https://shop.example/a.jpg"}}},
		{"a film in the place of a picture", playbook.Approved{Name: "picture", Language: "en", Params: []string{"a"}, Media: &playbook.Media{Kind: "video", URL: "https://shop.example/a.mp4"}}},
		{"a picture that has no place", playbook.Approved{Name: "sale", Language: "en", Category: "marketing", Media: &playbook.Media{Kind: "image", URL: "https://shop.example/a.jpg"}}},
		{"parameters by their names", playbook.Approved{Name: "named", Language: "en", Named: []playbook.Named{{Name: "order", Text: "a"}, {Name: "first_name", Text: "b"}}}},
		{"a name too few and one too many", playbook.Approved{Name: "named", Language: "en", Named: []playbook.Named{{Name: "order", Text: "a"}, {Name: "surname", Text: "b"}}}},
		{"names for numbers", playbook.Approved{Name: "order_update", Language: "en_US", Named: []playbook.Named{{Name: "order", Text: "a"}}}},
		{"a text in a header without a parameter", playbook.Approved{Name: "order_update", Language: "en_US", Params: []string{"a", "b"}, Header: &playbook.Named{Text: "x"}}},
		{"a header's parameter left open", playbook.Approved{Name: "titled", Language: "en"}},
		{"a header's parameter under another name", playbook.Approved{Name: "titled", Language: "en", Header: &playbook.Named{Text: "x"}}},
		{"the end of an address and a payload", playbook.Approved{Name: "track", Language: "en", Params: []string{"a"}, Buttons: []playbook.ApprovedButton{{Index: 0, Payload: "x"}, {Index: 1, URL: "y"}}}},
		{"buttons that are something else", playbook.Approved{Name: "track", Language: "en", Params: []string{"a"}, Buttons: []playbook.ApprovedButton{{Index: 0, URL: "y"}, {Index: 1, Payload: "x"}, {Index: 2, URL: "z"}}}},
	}
	var said strings.Builder
	for _, c := range cases {
		fmt.Fprintf(&said, "%s\n", c.name)
		faults, notes := approved.Check(bookWith(c.a), none, []approved.Known{known()}, noon)
		if len(notes) > 0 {
			t.Errorf("%s: got notes %+v", c.name, notes)
		}
		for _, f := range faults {
			fmt.Fprintf(&said, "  %s\n    %s\n    %s\n", f.Path, f.Message, f.Fix)
		}
	}
	golden(t, "testdata/faults.txt", said.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}

func TestWhatCannotBeCheckedIsNoFault(t *testing.T) {
	p := bookWith(named("shipping", "en"))
	refused := func(code int) approved.Known {
		return approved.Known{Channel: "wa-main", Account: account, Refused: noon, Code: code}
	}
	old := known()
	old.Fetched = noon.Add(-24 * time.Hour)
	cases := []struct {
		name string
		k    approved.Known
	}{
		{"never fetched", approved.Known{Channel: "wa-main", Account: account}},
		{"the settings do not name the account", approved.Known{Channel: "wa-main"}},
		{"the token may not", refused(10)},
		{"the token may not, in other words", refused(200)},
		{"Meta refuses", refused(100)},
		{"a list of yesterday", old},
	}
	var said strings.Builder
	for _, c := range cases {
		faults, notes := approved.Check(p, none, []approved.Known{c.k}, noon)
		if len(faults) != 0 || len(notes) != 1 {
			t.Fatalf("%s: got faults %+v, notes %+v, want one note", c.name, faults, notes)
		}
		fmt.Fprintf(&said, "%s\n    %s\n    %s\n", c.name, notes[0].Message, notes[0].Fix)
		if stale := approved.Stale(p, c.k, noon); len(stale) != 0 {
			t.Errorf("%s: got %v, want no alarm", c.name, stale)
		}
	}
	golden(t, "testdata/notes.txt", said.String())
	plain := playbook.Playbook{Templates: []playbook.Template{{Variants: []playbook.Variant{{Language: "en", Shape: "text", Text: "Hi"}}}}}
	if faults, notes := approved.Check(plain, none, []approved.Known{{Channel: "wa-main"}}, noon); len(faults)+len(notes) != 0 || approved.Any(plain) || !approved.Any(p) {
		t.Errorf("got %+v, %+v for a playbook without approved variants, want silence", faults, notes)
	}
}

func TestEveryAccountIsLookedAtOnce(t *testing.T) {
	twin, other := known(), known()
	twin.Channel = "wa-two"
	other.Channel, other.Account, other.Templates = "wa-other", "77", nil
	faults, notes := approved.Check(bookWith(named("sale", "en")), none, []approved.Known{known(), twin, other, {Channel: "wa-new", Account: "5"}}, noon)
	var got []string
	for _, f := range append(faults, notes...) {
		got = append(got, f.Path+" "+f.Message)
	}
	want := []string{
		"templates[0].variants[1].approved.category Meta has “sale” under marketing, and the variant says utility.",
		"templates[0].variants[1].approved.name “sale” is no message template of wa-other.",
		"templates Approved variants were not compared with the message templates of wa-new: they have not been fetched yet.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Meta has paused a template of the live playbook: what else is changed can go live.
func TestWhatIsLiveAlreadyIsNoFault(t *testing.T) {
	paused, other := named("paused", "en"), named("over", "en")
	filled := named("paused", "en", "{{ contact.name }}")
	cases := []struct {
		name          string
		live, draft   []playbook.Approved
		faults, notes int
	}{
		{"as it is live", []playbook.Approved{other, paused}, []playbook.Approved{paused}, 0, 1},
		{"nothing was live", nil, []playbook.Approved{paused}, 1, 0},
		{"in other words", []playbook.Approved{paused}, []playbook.Approved{filled}, 2, 0},
		{"a second one is new", []playbook.Approved{paused}, []playbook.Approved{paused, other}, 1, 1},
	}
	for _, c := range cases {
		faults, notes := approved.Check(bookWith(c.draft...), bookWith(c.live...), []approved.Known{known()}, noon)
		if len(faults) != c.faults || len(notes) != c.notes {
			t.Errorf("%s: got faults %+v, notes %+v, want %d and %d", c.name, faults, notes, c.faults, c.notes)
		}
	}
}

func TestFaultsAreBounded(t *testing.T) {
	var all []playbook.Approved
	for i := range 500 {
		all = append(all, named(fmt.Sprintf("t%d", i), "en"))
	}
	faults, _ := approved.Check(bookWith(all...), none, []approved.Known{known()}, noon)
	if len(faults) != 201 || faults[200].Fix != "Mend these first." {
		t.Errorf("got %d faults, want 200 and one that says that there are more", len(faults))
	}
}

// A variant that is written as the template says has no fault, whatever the template is,
// unless it cannot be sent at all.
func TestWhatIsWrittenAsMetaSaysHasNoFault(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tm := whatsapp.Template{
			Name: rapid.StringMatching(`[a-z_]{1,12}`).Draw(t, "name"), Language: rapid.SampledFrom([]string{"en", "zh_CN"}).Draw(t, "language"),
			Status: rapid.SampledFrom([]string{"APPROVED", "PAUSED", "PENDING"}).Draw(t, "status"), Params: rapid.IntRange(0, 5).Draw(t, "params"),
			Category: rapid.SampledFrom([]string{"utility", "marketing", "authentication", ""}).Draw(t, "category"),
			Header:   rapid.SampledFrom([]string{"", "TEXT", "VIDEO", "IMAGE", "LOCATION"}).Draw(t, "header"),
		}
		a := playbook.Approved{Name: tm.Name, Language: tm.Language, Params: make([]string, tm.Params), Category: tm.Category}
		if tm.Header != "" && tm.Header != "TEXT" && tm.Header != "LOCATION" {
			a.Media = &playbook.Media{Kind: strings.ToLower(tm.Header), URL: "https://shop.example/a"}
		}
		if tm.Header == "TEXT" && rapid.Bool().Draw(t, "parameter in the header") {
			tm.HeaderParam, a.Header = true, &playbook.Named{Text: "x"}
		}
		if tm.Params > 0 && rapid.Bool().Draw(t, "names") {
			a.Params = nil
			for i := range tm.Params {
				tm.Names = append(tm.Names, fmt.Sprintf("p%d", i))
				a.Named = append(a.Named, playbook.Named{Name: fmt.Sprintf("p%d", i), Text: "x"})
			}
		}
		for i, kind := range rapid.SliceOfN(rapid.SampledFrom([]string{"QUICK_REPLY", "URL", "PHONE_NUMBER", "OTP"}), 0, 4).Draw(t, "buttons") {
			b := whatsapp.TemplateButton{Type: kind, Param: kind == "URL" && rapid.Bool().Draw(t, "open address")}
			tm.Buttons = append(tm.Buttons, b)
			switch {
			case b.Param:
				a.Buttons = append(a.Buttons, playbook.ApprovedButton{Index: i, URL: "x"})
			case kind == "QUICK_REPLY":
				a.Buttons = append(a.Buttons, playbook.ApprovedButton{Index: i, Payload: "x"})
			}
		}
		faults, _ := approved.Check(bookWith(a), none, []approved.Known{{Channel: "wa", Account: "1", Fetched: noon, Templates: []whatsapp.Template{tm}}}, noon)
		if may := tm.Status == "APPROVED" && len(tm.Unfilled()) == 0; may != (len(faults) == 0) {
			text, _ := json.Marshal(tm)
			t.Errorf("got %+v for %s", faults, text)
		}
	})
}

// A playbook of 500 approved variants against an account of 250 templates.
func BenchmarkCheck(b *testing.B) {
	var all []playbook.Approved
	k := known()
	k.Templates = nil
	for i := range 250 {
		k.Templates = append(k.Templates, whatsapp.Template{Name: fmt.Sprintf("t%d", i), Language: "en", Status: "APPROVED"})
	}
	for i := range 500 {
		all = append(all, named(fmt.Sprintf("t%d", i%250), "en"))
	}
	p := bookWith(all...)
	b.ReportAllocs()
	for b.Loop() {
		if faults, _ := approved.Check(p, none, []approved.Known{k}, noon); len(faults) > 0 {
			b.Fatal(faults[0])
		}
	}
}
