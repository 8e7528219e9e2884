package chart

import (
	"strings"
)

// Tone is what a colour stands for.
type Tone string

// The tones: answered by templates, by people, by nobody, needing no answer, and a kind
// that is none of them. Each has a contrast of 3:1 or more to its background, and any two
// can be told apart by people who see red and green alike (see the tests).
const (
	Bot    Tone = "bot"
	People Tone = "people"
	None   Tone = "none"
	Quiet  Tone = "quiet"
	Other  Tone = "other"
)

// heatLevels is how many shades a heat map has, besides that of nothing.
const heatLevels = 5

// colour is that of a class on light and on dark ground.
type colour struct{ light, dark markup }

// of is the colour of a class. Text: ink, mut. Lines: line, track. Columns of
// other weeks: old. What lies between a median and the 90th percentile: pale. Heat: h0 to
// h5, with the text on them t0 to t5.
func of(class string) colour {
	switch class {
	case "ink":
		return colour{"#182527", "#eef3f1"}
	case "mut":
		return colour{"#5f6d72", "#9db0ad"}
	case "line":
		return colour{"#d9d5cb", "#3a474a"}
	case "track":
		return colour{"#f1efe9", "#2a3436"}
	case "old":
		return colour{"#8fc0b6", "#2f6f64"}
	case "pale":
		return colour{"#b5d6cf", "#2b5c54"}
	case "bot":
		return colour{"#0f7b6c", "#35b39c"}
	case "people":
		return colour{"#b9770e", "#e3ac4d"}
	case "none":
		return colour{"#c0392b", "#ef7d6d"}
	case "quiet":
		return colour{"#7d8a8f", "#68767a"}
	case "other":
		return colour{"#4a63b8", "#8ea6f0"}
	case "h0":
		return colour{"#f1efe9", "#242d2f"}
	case "h1":
		return colour{"#d3e9e4", "#1d4740"}
	case "h2":
		return colour{"#a5d3c9", "#1f6457"}
	case "h3":
		return colour{"#67b5a6", "#247d6b"}
	case "h4":
		return colour{"#16796a", "#35ab94"}
	case "h5":
		return colour{"#085a4e", "#6fdcc6"}
	case "t0":
		return colour{"#5f6d72", "#9db0ad"}
	case "t1":
		return colour{"#182527", "#eef3f1"}
	case "t2":
		return colour{"#182527", "#ffffff"}
	case "t3":
		return colour{"#101516", "#ffffff"}
	case "t4":
		return colour{"#ffffff", "#101516"}
	case "t5":
		return colour{"#ffffff", "#101516"}
	}
	return colour{}
}

// light is a class's colour on light ground.
func light(class string) markup { return of(class).light }

// Light is the colour of a tone on light ground.
func (t Tone) Light() string { return string(light(string(t))) }

// classes in the order in which style sheets have them.
func classes() []string {
	return strings.Fields("ink mut line track old pale bot people none quiet other h0 h1 h2 h3 h4 h5 t0 t1 t2 t3 t4 t5")
}

// DarkCSS is the rules for the dark colours of [Chart.HTML]; they belong into a
// prefers-color-scheme: dark block.
func DarkCSS() string {
	s := &sheet{}
	for _, class := range classes() {
		property := markup("background")
		switch {
		case class == "ink", class == "mut", class[0] == 't' && len(class) == 2:
			property = "color"
		case class == "line":
			property = "border-color"
		}
		s.put(".%s{%s:%s!important}\n", class, property, of(class).dark)
	}
	return s.String()
}
