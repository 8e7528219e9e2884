package functions

import (
	"fmt"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// object is a mapping of the template; short tags stand in it in their long form, so
// that !Ref X is {"Ref": "X"}.
type object = map[string]any

// stack is what CloudFormation would make of the template for given answers: without
// what a condition leaves out, and with every Fn::If decided.
type stack struct {
	t         *testing.T
	resources map[string]object
	outputs   object
	answers   map[string]string
	rules     object // conditions by name
}

// nothing is what AWS::NoValue leaves.
type nothing struct{}

// deploy reads the template with its defaults and these answers.
func deploy(t *testing.T, answers map[string]string) *stack {
	t.Helper()
	template := readTemplate(t)
	s := &stack{t: t, resources: map[string]object{}, answers: map[string]string{}, rules: template["Conditions"].(object)}
	for name, parameter := range template["Parameters"].(object) {
		s.answers[name], _ = parameter.(object)["Default"].(string)
	}
	maps.Copy(s.answers, answers)
	for name, resource := range template["Resources"].(object) {
		if kept, ok := s.keep(resource.(object)); ok {
			s.resources[name] = kept
		}
	}
	s.outputs = object{}
	for name, output := range template["Outputs"].(object) {
		if kept, ok := s.keep(output.(object)); ok {
			s.outputs[name] = kept
		}
	}
	return s
}

func readTemplate(t *testing.T) object {
	t.Helper()
	raw, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseBytes(raw, 0)
	if err != nil {
		t.Fatal(err)
	}
	return plain(file.Docs[0].Body).(object)
}

// keep decides whether something with a Condition is there, and what is in it.
func (s *stack) keep(in object) (object, bool) {
	if name, conditional := in["Condition"].(string); conditional && !s.holds(object{"Condition": name}) {
		return nil, false
	}
	return s.decide(in).(object), true
}

// decide takes the branches of Fn::If and leaves out what has no value.
func (s *stack) decide(in any) any {
	switch in := in.(type) {
	case object:
		if branches, ok := in["Fn::If"].([]any); ok {
			return s.branch(branches)
		}
		if in["Ref"] == "AWS::NoValue" {
			return nothing{}
		}
		out := object{}
		for key, value := range in {
			if decided := s.decide(value); decided != (nothing{}) {
				out[key] = decided
			}
		}
		return out
	case []any:
		out := make([]any, 0, len(in))
		for _, value := range in {
			if decided := s.decide(value); decided != (nothing{}) {
				out = append(out, decided)
			}
		}
		return out
	}
	return in
}

func (s *stack) branch(branches []any) any {
	if s.holds(object{"Condition": branches[0]}) {
		return s.decide(branches[1])
	}
	return s.decide(branches[2])
}

// holds evaluates a condition.
func (s *stack) holds(condition any) bool {
	for kind, of := range condition.(object) {
		switch kind {
		case "Condition":
			return s.holds(s.rules[of.(string)])
		case "Fn::Not":
			return !s.holds(of.([]any)[0])
		case "Fn::And":
			return !slices.ContainsFunc(of.([]any), func(c any) bool { return !s.holds(c) })
		case "Fn::Or":
			return slices.ContainsFunc(of.([]any), s.holds)
		case "Fn::Equals":
			return s.answer(of.([]any)[0]) == s.answer(of.([]any)[1])
		}
	}
	s.t.Fatalf("the condition %v is of a kind that this test does not know", condition)
	return false
}

func (s *stack) answer(value any) string {
	if ref, ok := value.(object); ok {
		return s.answers[ref["Ref"].(string)]
	}
	return value.(string)
}

// parts are all resources, and the outputs under their names.
func (s *stack) parts() map[string]object {
	all := maps.Clone(s.resources)
	for name, output := range s.outputs {
		all["output "+name] = output.(object)
	}
	return all
}

// of lists the names of the resources of a type, in order; a type that ends in * is
// the beginning of one.
func (s *stack) of(kind string) []string {
	var names []string
	for name, resource := range s.resources {
		if ok, err := path.Match(kind, resource["Type"].(string)); ok && err == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// target is the name in a !Ref.
func target(value any) string {
	name, _ := value.(object)["Ref"].(string)
	return name
}

// list is a text, or a list of texts.
func list(value any) []string {
	if text, ok := value.(string); ok {
		return []string{text}
	}
	var out []string
	all, _ := value.([]any)
	for _, v := range all {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

// property is a property of a resource, nil when it has none.
func (s *stack) property(resource, name string) any {
	properties, _ := s.resources[resource]["Properties"].(object)
	return properties[name]
}

var substituted = regexp.MustCompile(`\$\{([^}!]+)\}`)

// mentions calls found with every name that a value refers to.
func mentions(in any, found func(name string)) {
	switch in := in.(type) {
	case []any:
		for _, value := range in {
			mentions(value, found)
		}
	case object:
		for key, value := range in {
			text, isText := value.(string)
			switch {
			case key == "Ref" && isText:
				found(text)
			case key == "Fn::GetAtt" && isText:
				name, _, _ := strings.Cut(text, ".")
				found(name)
			case key == "Fn::Sub" && isText:
				substitutions(text, found)
			default:
				mentions(value, found)
			}
		}
	}
}

func substitutions(text string, found func(name string)) {
	for _, match := range substituted.FindAllStringSubmatch(text, -1) {
		name, _, _ := strings.Cut(match[1], ".")
		found(name)
	}
}

// plain turns a YAML node into objects, lists and strings.
func plain(node ast.Node) any {
	switch n := node.(type) {
	case *ast.TagNode:
		return object{long(n.Start.Value): plain(n.Value)}
	case *ast.MappingNode:
		out := object{}
		for _, pair := range n.Values {
			out[pair.Key.GetToken().Value] = plain(pair.Value)
		}
		return out
	case *ast.MappingValueNode:
		return object{n.Key.GetToken().Value: plain(n.Value)}
	case *ast.SequenceNode:
		out := make([]any, 0, len(n.Values))
		for _, value := range n.Values {
			out = append(out, plain(value))
		}
		return out
	case *ast.LiteralNode:
		return n.Value.Value
	}
	return node.GetToken().Value
}

func long(tag string) string {
	name := strings.TrimPrefix(tag, "!")
	if name == "Ref" || name == "Condition" {
		return name
	}
	return "Fn::" + name
}
