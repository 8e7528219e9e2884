package render

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// value is what an expression gives. Its kind says which field holds it.
type value struct {
	kind   kind
	text   string
	number float64
	whole  bool // a number that is written without a decimal point
	yes    bool
	time   time.Time
	list   []string
}

func nothing() value              { return value{kind: kindNothing} }
func textValue(s string) value    { return value{kind: kindText, text: s} }
func yesNo(b bool) value          { return value{kind: kindYesNo, yes: b} }
func timeValue(t time.Time) value { return value{kind: kindTime, time: t} }
func listValue(l []string) value  { return value{kind: kindList, list: l} }
func wholeValue(n int) value      { return value{kind: kindNumber, number: float64(n), whole: true} }

// literal is a number as the lexer lets it pass: at most nine characters.
func literal(s string) value {
	if n, err := strconv.Atoi(s); err == nil {
		return wholeValue(n)
	}
	n, _ := strconv.ParseFloat(s, 64)
	return value{kind: kindNumber, number: n}
}

// bytes is about how much text there is in it.
func (v value) bytes() int {
	n := len(v.text)
	for _, s := range v.list {
		n += len(s) + 1
	}
	return n
}

// truthy follows Liquid: all but false and nil, so even an empty text.
func (v value) truthy() bool {
	return v.kind != kindNothing && (v.kind != kindYesNo || v.yes)
}

// empty is what the filter default replaces.
func (v value) empty() bool {
	return !v.truthy() || v.kind == kindText && v.text == "" || v.kind == kindList && len(v.list) == 0
}

// asText is the value as a filter for texts sees it.
func (v value) asText() string {
	switch v.kind {
	case kindText:
		return v.text
	case kindNumber:
		return v.digits()
	case kindYesNo:
		return strconv.FormatBool(v.yes)
	case kindTime:
		return v.time.Format(time.RFC3339)
	case kindList:
		return "[" + strings.Join(v.list, " ") + "]"
	}
	return ""
}

// digits writes a number. From a million on, one with decimals takes an exponent;
// the filter number writes it for people.
func (v value) digits() string {
	if v.whole {
		return strconv.Itoa(int(v.number))
	}
	return strconv.FormatFloat(v.number, 'g', -1, 64)
}

func (v value) asNumber() (float64, error) {
	switch v.kind {
	case kindNumber:
		return v.number, nil
	case kindText:
		n, err := strconv.ParseFloat(strings.TrimSpace(v.text), 64)
		if err == nil && !math.IsNaN(n) && !math.IsInf(n, 0) {
			return n, nil
		}
	}
	return 0, reason("a number filter was given something that is not a number")
}
