package chart

import (
	"strings"

	"frontdesk/shared/unit"
)

// stops are how a language divides what is said in one line.
type stops struct{ colon, comma, semicolon, open, shut string }

func (f Frame) stops() stops {
	if unit.Language(f.Lang) == unit.Chinese {
		return stops{"：", "，", "；", "（", "）"}
	}
	return stops{": ", ", ", "; ", " (", ")"}
}

// say is a label with what there is to say of it, and more in parentheses.
func (f Frame) say(label, text, more string) string {
	s := f.stops()
	if more != "" {
		text += s.open + more + s.shut
	}
	return label + s.colon + text
}

// line is a list in one line.
func (f Frame) line(all []string) string { return strings.Join(all, f.stops().semicolon) }

// listed is a list within parentheses.
func (f Frame) listed(all []string) string { return strings.Join(all, f.stops().comma) }
