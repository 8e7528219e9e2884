package wecom

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// plainNode is a node that can be compared.
type plainNode struct {
	Name, Text string
	Depth      int
	Parent     bool
}

func plain(nodes []node) []plainNode {
	var all []plainNode
	for _, n := range nodes {
		all = append(all, plainNode{string(n.name), string(n.text), n.depth, n.parent})
	}
	return all
}

// oracle reads a document with encoding/xml.
func oracle(doc []byte) ([]plainNode, error) {
	dec := xml.NewDecoder(bytes.NewReader(doc))
	var all []plainNode
	var open []int // places in all; the root is -1
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		switch x := token.(type) {
		case xml.StartElement:
			if len(open) == 0 {
				open = append(open, -1)
				continue
			}
			if at := open[len(open)-1]; at >= 0 {
				all[at].Parent, all[at].Text = true, ""
			}
			all = append(all, plainNode{Name: x.Name.Local, Depth: len(open)})
			open = append(open, len(all)-1)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && open[len(open)-1] >= 0 && !all[open[len(open)-1]].Parent {
				all[open[len(open)-1]].Text += string(x)
			}
		}
	}
}

// agree fails when the scanner takes a document and encoding/xml reads another one.
// Characters that XML cannot hold are the one thing that only the scanner takes.
func agree(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, doc []byte) {
	t.Helper()
	nodes, err := scan(doc, inner, nil)
	if err != nil || !utf8.Valid(doc) || bytes.ContainsFunc(doc, func(c rune) bool { return !inXML(c) }) {
		return
	}
	want, err := oracle(doc)
	if err != nil {
		t.Fatalf("encoding/xml refuses what was taken: %v\n%q", err, doc)
	}
	if diff := cmp.Diff(want, plain(nodes)); diff != "" {
		t.Fatalf("encoding/xml reads something else (-want +got):\n%s\n%q", diff, doc)
	}
}

// drawXML draws a document as WeCom could write it.
func drawXML(t *rapid.T, depth int) string {
	space := rapid.SampledFrom([]string{"", "\n", " ", "\r\n\t"})
	var b strings.Builder
	for range rapid.IntRange(0, 4).Draw(t, "children") {
		name := rapid.SampledFrom([]string{"Content", "MsgId", "Item", "a.b-c_d", "_x"}).Draw(t, "name")
		b.WriteString(space.Draw(t, "before"))
		if rapid.IntRange(0, 9).Draw(t, "form") == 0 {
			b.WriteString("<" + name + space.Draw(t, "in tag") + "/>")
			continue
		}
		b.WriteString("<" + name + space.Draw(t, "in tag") + ">")
		if depth > 0 && rapid.Bool().Draw(t, "parent") {
			b.WriteString(drawXML(t, depth-1))
		} else {
			b.WriteString(drawText(t))
		}
		b.WriteString("</" + name + space.Draw(t, "in end tag") + ">")
	}
	b.WriteString(space.Draw(t, "after"))
	return b.String()
}

func drawText(t *rapid.T) string {
	var b strings.Builder
	for range rapid.IntRange(0, 3).Draw(t, "pieces") {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab<>&]\"'\r\n\t 你好😀\u0085"))).Draw(t, "text")
		if rapid.Bool().Draw(t, "cdata") {
			b.WriteString(cdataStart + strings.ReplaceAll(text, cdataEnd, "]]&gt;") + cdataEnd)
			continue
		}
		text = strings.NewReplacer("<", "&lt;", "&", "&amp;", ">", "&gt;", "\"", "&quot;", "'", "&#39;", "b", "&#x62;").Replace(text)
		b.WriteString(text)
	}
	return b.String()
}

func TestTheScannerAgreesWithEncodingXML(t *testing.T) {
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		doc := []byte("<xml>" + drawXML(t, 4) + "</xml>")
		nodes, err := scan(doc, limits{depth: 16, nodes: 10000}, nil)
		if err != nil {
			t.Fatalf("refused: %v\n%q", err, doc)
		}
		want, err := oracle(doc)
		if err != nil {
			t.Fatalf("encoding/xml refuses the drawn document: %v\n%q", err, doc)
		}
		if diff := cmp.Diff(want, plain(nodes)); diff != "" {
			t.Fatalf("encoding/xml reads something else (-want +got):\n%s\n%q", diff, doc)
		}
		taken += len(nodes)
	})
	if taken == 0 {
		t.Error("no element was ever drawn")
	}
}

func TestCharactersThatXMLCannotHoldAreKept(t *testing.T) {
	nodes, err := scan([]byte("<xml><Content><![CDATA[a\x00\x08b]]></Content></xml>"), inner, nil)
	if err != nil || len(nodes) != 1 || string(nodes[0].text) != "a\x00\x08b" {
		t.Errorf("got %v and %v, want the text as it came", plain(nodes), err)
	}
}

func refusedSamples(t testing.TB) map[string][]byte {
	t.Helper()
	return files(t, "refused/*")
}

// files reads samples by their names.
func files(t testing.TB, pattern string) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("../../events/wecom", pattern))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no samples for %s (%v)", pattern, err)
	}
	all := map[string][]byte{}
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(path)] = body
	}
	return all
}

func TestEnvelopesThatAreRefused(t *testing.T) {
	want := map[string]string{
		"billion_laughs.xml":            "it has a processing instruction",
		"doctype.xml":                   "it declares a document type or an entity",
		"entity_declared_inside.xml":    "it declares a document type or an entity",
		"entity_of_its_own.xml":         "it uses an entity that XML does not define",
		"entity_without_end.xml":        "an entity has no end",
		"character_outside_xml.xml":     "it uses an entity that XML does not define",
		"comment.xml":                   "it has a comment",
		"processing_instruction.xml":    "it has a processing instruction",
		"attribute.xml":                 "a tag has attributes or no end",
		"nested.xml":                    "it is nested too deep",
		"nested_deep.xml":               "it is nested too deep",
		"twice.xml":                     "it has an element twice",
		"twice_an_id.xml":               "it has an element twice",
		"many_elements.xml":             "it has too many elements",
		"no_encrypt.xml":                "it has no Encrypt",
		"empty_encrypt.xml":             "it has no Encrypt",
		"another_root.xml":              "its root is not xml",
		"two_roots.xml":                 "something stands after its end",
		"text_beside_elements.xml":      "it has text beside elements",
		"text_after_elements.xml":       "it has text beside elements",
		"section_beside_elements.xml":   "it has text beside elements",
		"root_of_text.xml":              "it has text beside elements",
		"wrong_end_tag.xml":             "an end tag does not fit its start tag",
		"cut_off.xml":                   "an end tag does not fit its start tag",
		"cdata_without_end.xml":         "it ends too early",
		"cdata_end_alone.xml":           "]]> stands in plain text",
		"name_too_long.xml":             "a tag has no name, or one that is too long",
		"another_namespace.xml":         "a tag has attributes or no end",
		"not_a_name.xml":                "a tag has no name, or one that is too long",
		"no_tag.xml":                    "a tag has no name, or one that is too long",
		"json_twice.json":               "it has a name twice in one object",
		"json_empty_and_then_one.json":  "it has a name twice in one object",
		"json_twice_otherwise.json":     "it has a name twice in one object",
		"json_no_encrypt.json":          "it has no encrypt",
		"json_encrypt_is_a_number.json": "its encrypt is no text",
		"json_something_after.json":     BadJSON.Meaning(),
		"json_nested_deep.json":         BadJSON.Meaning(),
		"json_cut_off.json":             BadJSON.Meaning(),
	}
	samples := refusedSamples(t)
	if len(samples) != len(want) {
		t.Errorf("got %d samples, want one for each of %d reasons", len(samples), len(want))
	}
	for name, body := range samples {
		t.Run(name, func(t *testing.T) {
			_, err := Unwrap(body)
			if err == nil || want[name] == "" || !strings.HasSuffix(err.Error(), want[name]) {
				t.Errorf("got %v, want %q", err, want[name])
			}
			if kind := map[bool]Refusal{true: BadJSON, false: BadXML}[strings.HasSuffix(name, ".json")]; !errors.Is(err, kind) {
				t.Errorf("got %v, want it to be %v", err, kind)
			}
		})
	}
}

// TestARefusalCostsNothing: what a stranger can post without a signature must not
// make us allocate, however large it is.
func TestARefusalCostsNothing(t *testing.T) {
	garbage := func(begin string) []byte { return append([]byte(begin), bytes.Repeat([]byte("<a>&lt;"), 3<<20/7)...) }
	full := func(begin, piece string) []byte {
		return append([]byte(begin), bytes.Repeat([]byte(piece), (MaxBody-len(begin))/len(piece))...)
	}
	for _, c := range []struct {
		name   string
		body   []byte
		allocs float64
	}{
		{"billion laughs", refusedSamples(t)["billion_laughs.xml"], 8},
		{"3 MB of XML", garbage("<xml>"), 8},
		{"3 MB of JSON", garbage(`{"encrypt":"`), 8},
		{"3 MB of neither", garbage("x"), 8},
		{"3 MB of spaces", bytes.Repeat([]byte(" "), 3<<20), 8},
		{"the largest body of open tags", full("<xml>", "<a>"), 8},
		{"the largest body of empty elements", full("<xml>", "<a/>"), 12},
		{"the largest body of entities", full("<xml><a>", "&lt;"), 12},
		{"the largest body of CDATA sections", full("<xml><a>", "<![CDATA[a]]>"), 40},
		{"the largest body of line ends", full("<xml><a>", "\r"), 12},
	} {
		t.Run(c.name, func(t *testing.T) {
			var err error
			got := allocations(func() { _, err = Unwrap(c.body) })
			if err == nil || got > c.allocs {
				t.Errorf("got %v after %v allocations, want a refusal after at most %v", err, got, c.allocs)
			}
		})
	}
}

func TestWhatTheInsideMayCost(t *testing.T) {
	var many, deep strings.Builder
	for i := range inner.nodes + 1 {
		fmt.Fprintf(&many, "<e%d>1</e%d>", i, i)
	}
	deep.WriteString(strings.Repeat("<d>", inner.depth+1) + strings.Repeat("</d>", inner.depth+1))
	for name, body := range map[string]string{"too many elements": many.String(), "nested too deep": deep.String()} {
		if _, err := scan([]byte("<xml>"+body+"</xml>"), inner, nil); !errors.Is(err, BadXML) || !strings.HasSuffix(err.Error(), name) {
			t.Errorf("got %v, want %q", err, name)
		}
	}
}

// allocations is how often fn allocates: the least of several times, because the race
// detector makes pools forget at random.
func allocations(fn func()) float64 {
	least := math.Inf(1)
	for range 10 {
		least = min(least, testing.AllocsPerRun(1, fn))
	}
	return least
}

// TestTheDearestInside: as many elements of as many names as there may be.
func TestTheDearestInside(t *testing.T) {
	var all strings.Builder
	for i := range inner.nodes - 2 {
		fmt.Fprintf(&all, "<element_with_a_rather_long_name_%d/>", i)
	}
	d := testDoor(t)
	o := d.Trust("app-main", inside("<MsgType>event</MsgType><Event>new</Event>"+all.String()))
	got := allocations(func() {
		if _, err := d.Parse(o); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("%d bytes take %v allocations", len(o.Plain), got)
	if most := float64(2 * inner.nodes); got > most {
		t.Errorf("got %v allocations, want at most %v", got, most)
	}
}

func FuzzScan(f *testing.F) {
	for _, pattern := range []string{"inner/*.xml", "refused/*.xml", "outer/*.xml"} {
		for _, body := range files(f, pattern) {
			f.Add(body)
		}
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if len(doc) <= MaxBody {
			agree(t, doc)
		}
	})
}
