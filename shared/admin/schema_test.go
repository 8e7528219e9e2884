package admin_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// schema is a JSON schema of the document, as far as the document uses them.
type schema map[string]any

// dictionary is what texts are made of: ids that there are, forms that are asked for, and
// what breaks programs.
type dictionary struct {
	all   map[string]any // the document's schemas by name
	words []string
}

// hostile are texts that have broken programs.
var hostile = []string{
	"", " ", "\x00", "a\x00b", "\u202e", "\u0000\ufffd", "../../etc/passwd", "..", ".", "%2e%2e", "a/b", "a#b?c", "'; DROP TABLE x; --", "<script>", "{{.}}", "{{contact.name}}",
	"null", "NaN", "-1", "1e999", "9223372036854775808", "true", "[]", "{}", "\"", "\\", "\r\nX: y", "𝕏", "e\u0301", "ﷺ", "👩‍👩‍👧‍👦", "房价", "a b", "*", `W/"x"`, `"`, "draft",
}

func (d dictionary) resolve(s schema) schema {
	for s["$ref"] != nil {
		s, _ = d.all[strings.TrimPrefix(s["$ref"].(string), "#/components/schemas/")].(map[string]any)
	}
	return s
}

// kindOf is the type of a schema; null is left to luck.
func kindOf(t *rapid.T, s schema) string {
	switch kind := s["type"].(type) {
	case string:
		return kind
	case []any:
		return rapid.SampledFrom(kind).Draw(t, "type").(string)
	}
	return ""
}

func bound(s schema, name string, otherwise float64) float64 {
	if v, ok := s[name].(float64); ok {
		return v
	}
	return otherwise
}

// value makes something that keeps to a schema; with a fault now and then when wrong is set.
func (d dictionary) value(t *rapid.T, s schema, depth int, wrong bool) any {
	s = d.resolve(s)
	if choices, ok := s["oneOf"].([]any); ok {
		s = d.resolve(rapid.SampledFrom(choices).Draw(t, "one of").(map[string]any))
	}
	if wrong && rapid.IntRange(0, 11).Draw(t, "wrong") == 0 {
		return rapid.SampledFrom([]any{nil, "", -1, 1.5, true, []any{}, map[string]any{}, "x", 1e300, []any{[]any{nil}}}).Draw(t, "other kind")
	}
	if enum, ok := s["enum"].([]any); ok {
		return rapid.SampledFrom(enum).Draw(t, "enum")
	}
	switch kindOf(t, s) {
	case "object":
		return d.object(t, s, depth, wrong)
	case "array":
		return d.array(t, s, depth, wrong)
	case "string":
		return d.text(t, s, wrong)
	case "integer":
		low := int64(bound(s, "minimum", -3))
		return rapid.Int64Range(low, max(low, int64(min(bound(s, "maximum", 1e6), 1e15)))).Draw(t, "integer")
	case "number":
		return rapid.Float64Range(bound(s, "minimum", -10), bound(s, "maximum", 1000)).Draw(t, "number")
	case "boolean":
		return rapid.Bool().Draw(t, "boolean")
	case "null":
		return nil
	}
	return rapid.SampledFrom([]any{nil, 1, "x", map[string]any{}}).Draw(t, "anything")
}

func (d dictionary) object(t *rapid.T, s schema, depth int, wrong bool) any {
	out := map[string]any{}
	properties, _ := s["properties"].(map[string]any)
	required, _ := s["required"].([]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		needed := slices.Contains(required, any(name))
		if !needed && (depth > 5 || rapid.IntRange(0, 3).Draw(t, name) == 0) || wrong && rapid.IntRange(0, 15).Draw(t, "drop") == 0 {
			continue
		}
		out[name] = d.value(t, properties[name].(map[string]any), depth+1, wrong)
	}
	if more, ok := s["additionalProperties"].(map[string]any); ok && depth < 6 {
		for range rapid.IntRange(0, 2).Draw(t, "more") {
			out[rapid.SampledFrom(d.words).Draw(t, "key")] = d.value(t, more, depth+1, wrong)
		}
	}
	if wrong && rapid.IntRange(0, 9).Draw(t, "stranger") == 0 {
		out[rapid.SampledFrom(hostile).Draw(t, "key")] = 1
	}
	return out
}

func (d dictionary) array(t *rapid.T, s schema, depth int, wrong bool) any {
	out := []any{}
	items, _ := s["items"].(map[string]any)
	low := int(bound(s, "minItems", 0))
	high := min(max(low, 3), int(bound(s, "maxItems", 3)))
	if depth > 6 {
		high = low
	}
	for range rapid.IntRange(low, max(low, high)).Draw(t, "items") {
		out = append(out, d.value(t, items, depth+1, wrong))
	}
	return out
}

func (d dictionary) text(t *rapid.T, s schema, wrong bool) string {
	longest := int(bound(s, "maxLength", 5000))
	var text string
	switch choice := rapid.IntRange(0, 9).Draw(t, "text"); {
	case choice < 6:
		text = rapid.SampledFrom(d.words).Draw(t, "word")
	case choice < 8:
		text = rapid.SampledFrom(hostile).Draw(t, "hostile")
	case choice < 9:
		text = rapid.StringN(0, 20, 60).Draw(t, "any")
	default:
		text = strings.Repeat(rapid.SampledFrom([]string{"a", "字", "(", "[", "a?", ".*"}).Draw(t, "letter"), min(longest+rapid.IntRange(-1, 1).Draw(t, "by"), 6000))
	}
	if !wrong {
		runes := []rune(text)
		text = string(runes[:min(len(runes), longest)])
		for utf8.RuneCountInString(text) < int(bound(s, "minLength", 0)) {
			text += "x"
		}
	}
	return text
}

// faults tells where a value does not keep to a schema: types, required fields, fields that
// are not described, enums.
func (d dictionary) faults(s schema, value any, at string) []string {
	s = d.resolve(s)
	if choices, ok := s["oneOf"].([]any); ok {
		return d.neither(choices, value, at)
	}
	if enum, ok := s["enum"].([]any); ok && !slices.Contains(enum, value) && value != nil {
		return []string{fmt.Sprintf("%s: %v is not one of %v", at, value, enum)}
	}
	if !isKind(s["type"], value) {
		return []string{fmt.Sprintf("%s: got %T, want %v", at, value, s["type"])}
	}
	var out []string
	switch v := value.(type) {
	case map[string]any:
		out = d.strangers(s, v, at)
	case []any:
		items, _ := s["items"].(map[string]any)
		for i, item := range v {
			out = append(out, d.faults(items, item, fmt.Sprintf("%s[%d]", at, i))...)
		}
	}
	return out
}

// neither is empty when a value keeps to one of several schemas.
func (d dictionary) neither(choices []any, value any, at string) []string {
	var out []string
	for _, choice := range choices {
		faults := d.faults(choice.(map[string]any), value, at)
		if len(faults) == 0 {
			return nil
		}
		out = append(out, faults...)
	}
	return out
}

func (d dictionary) strangers(s schema, v map[string]any, at string) []string {
	var out []string
	properties, _ := s["properties"].(map[string]any)
	more, _ := s["additionalProperties"].(map[string]any)
	open := more != nil || s["additionalProperties"] == true || properties == nil
	required, _ := s["required"].([]any)
	for _, name := range required {
		if _, there := v[name.(string)]; !there {
			out = append(out, fmt.Sprintf("%s: %s is missing", at, name))
		}
	}
	for name, inner := range v {
		property, ok := properties[name].(map[string]any)
		switch {
		case ok:
			out = append(out, d.faults(property, inner, at+"."+name)...)
		case more != nil:
			out = append(out, d.faults(more, inner, at+"."+name)...)
		case !open:
			out = append(out, fmt.Sprintf("%s: %s is not described", at, name))
		}
	}
	return out
}

func isKind(want, value any) bool {
	if list, ok := want.([]any); ok {
		return slices.ContainsFunc(list, func(one any) bool { return isKind(one, value) })
	}
	switch v := value.(type) {
	case nil:
		return want == nil || want == "null"
	case bool:
		return want == nil || want == "boolean"
	case float64:
		return want == nil || want == "number" || want == "integer" && v == math.Trunc(v)
	case string:
		return want == nil || want == "string"
	case []any:
		return want == nil || want == "array"
	case map[string]any:
		return want == nil || want == "object"
	}
	return false
}

// broken is a body that is no JSON, or not what anybody expects.
func broken(t *rapid.T, valid any) string {
	raw, err := json.Marshal(valid)
	if err != nil {
		t.Fatal(err)
	}
	switch rapid.IntRange(0, 7).Draw(t, "broken") {
	case 0:
		return string(raw[:rapid.IntRange(0, len(raw)).Draw(t, "cut")])
	case 1:
		return strings.Repeat("[", 3000)
	case 2:
		return strings.Repeat(`{"a":`, 3000)
	case 3:
		return string(raw) + string(raw)
	case 4:
		return "\ufeff" + string(raw)
	case 5:
		return rapid.StringN(0, 50, 200).Draw(t, "nonsense")
	case 6:
		return strings.Replace(string(raw), `"`, "\"\xff", 1)
	}
	return rapid.SampledFrom([]string{"null", "0", `""`, "[]", "{}", "true", `{"":""}`, `[{}]`}).Draw(t, "small")
}
