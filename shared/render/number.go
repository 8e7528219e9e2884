package render

import (
	"math"
	"strconv"
	"strings"
)

func arithmetic(f func(a, b float64) float64) filterFunc {
	return func(_ *names, v value, args []value) (value, error) {
		a, err := v.asNumber()
		if err != nil {
			return value{}, err
		}
		b, err := args[0].asNumber()
		if err != nil {
			return value{}, err
		}
		return number(f(a, b))
	}
}

const errNoResult = reason("a calculation has no result that can be written")

// number gives a whole number where it is one, and no noise of binary fractions
// else: 19.9 × 3 is 59.7.
func number(n float64) (value, error) {
	if math.IsNaN(n) || math.Abs(n) > 1e12 {
		return value{}, errNoResult
	}
	if n == math.Trunc(n) {
		return wholeValue(int(n)), nil
	}
	const digits = 1e9
	return value{kind: kindNumber, number: math.Round(n*digits) / digits}, nil
}

func round(_ *names, v value, args []value) (value, error) {
	n, err := v.asNumber()
	if err != nil {
		return value{}, err
	}
	places, err := decimals(args, 0)
	if err != nil {
		return value{}, err
	}
	scale := math.Pow10(places)
	return number(math.Round(n*scale) / scale)
}

// decimals is how many decimals a filter was asked for, from 0 to 9.
func decimals(args []value, otherwise int) (int, error) {
	if len(args) == 0 {
		return otherwise, nil
	}
	n, err := args[0].asNumber()
	return int(max(min(n, 9), 0)), err
}

// numberForPeople writes a number as the language does: 1,234.50 or 1.234,50.
func numberForPeople(n *names, v value, args []value) (value, error) {
	amount, err := v.asNumber()
	if err != nil {
		return value{}, err
	}
	if math.Abs(amount) > 1e12 {
		return value{}, errNoResult
	}
	places, err := decimals(args, -1)
	if err != nil {
		return value{}, err
	}
	return textValue(group(strconv.FormatFloat(amount, 'f', places, 64), n)), nil
}

// group puts the language's separators into a plain decimal.
func group(s string, n *names) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, fraction, hasFraction := strings.Cut(s, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range whole {
		if i > 0 && n.parts(len(whole)-i) {
			b.WriteString(n.thousands)
		}
		b.WriteRune(d)
	}
	if hasFraction {
		b.WriteString(n.decimal)
		b.WriteString(fraction)
	}
	return b.String()
}

// parts reports whether a separator stands in front of so many digits.
func (n *names) parts(left int) bool {
	if n.byTwo {
		return left == 3 || left > 3 && left%2 == 1
	}
	return left%3 == 0
}
