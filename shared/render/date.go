package render

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// names are a language's words and habits for dates and numbers.
type names struct {
	months, shortMonths [12]string
	days, shortDays     [7]string // from Sunday
	morning, afternoon  string
	longDate            string // a format: what %x and a date without a format give
	thousands, decimal  string
	byTwo               bool   // digits above the last three stand in pairs: 1,23,45,678
	open                string // what is written on a link that has no label
}

var english = names{
	months:      [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	shortMonths: [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	days:        [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	shortDays:   [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
	morning:     "AM", afternoon: "PM",
	longDate:  "%-d %B %Y",
	thousands: ",", decimal: ".",
	open: "Open",
}

var chineseMonths = [12]string{"一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"}
var chineseShortMonths = [12]string{"1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"}
var chineseDays = [7]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"}

var simplified = names{
	months: chineseMonths, shortMonths: chineseShortMonths, days: chineseDays,
	shortDays: [7]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"},
	morning:   "上午", afternoon: "下午",
	longDate:  "%Y年%-m月%-d日",
	thousands: ",", decimal: ".",
	open: "查看",
}

var traditional = names{
	months: chineseMonths, shortMonths: chineseShortMonths, days: chineseDays,
	shortDays: [7]string{"週日", "週一", "週二", "週三", "週四", "週五", "週六"},
	morning:   "上午", afternoon: "下午",
	longDate:  "%Y年%-m月%-d日",
	thousands: ",", decimal: ".",
	open: "查看",
}

// dateLayouts are the forms in which a text may name a day or a moment.
var dateLayouts = [...]string{"2006-01-02", "2006-01-02 15:04", time.RFC3339}

// date writes a moment by a strftime format, in the words of the language.
func date(n *names, v value, args []value) (value, error) {
	t, err := v.asTime()
	if err != nil {
		return value{}, err
	}
	format := n.longDate
	if len(args) > 0 {
		format = args[0].asText()
	}
	if len(format) > 200 {
		return value{}, reason("a date format is longer than 200 bytes")
	}
	s, err := strftime(t, format, n)
	return textValue(s), err
}

func (v value) asTime() (time.Time, error) {
	if v.kind == kindTime {
		return v.time, nil
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, strings.TrimSpace(v.text)); err == nil {
			return t, nil
		}
	}
	return time.Time{}, reason("date was given something that is not a date (write 2026-11-22)")
}

// strftime follows Ruby's directives: %Y %m %d %H %M …, the flags - (no
// padding), _ (spaces) and ^ (capitals). A directive that does not exist is an error.
func strftime(t time.Time, format string, n *names) (string, error) {
	var b strings.Builder
	for format != "" {
		before, after, found := strings.Cut(format, "%")
		b.WriteString(before)
		if !found {
			break
		}
		flag := byte(0)
		if after != "" && strings.IndexByte("-_^", after[0]) >= 0 {
			flag, after = after[0], after[1:]
		}
		if after == "" {
			return "", reason("a date format ends in the middle of a directive")
		}
		s, ok := directive(t, after[0], flag, n)
		if !ok {
			return "", reason("a date format has a directive that does not exist")
		}
		b.WriteString(s)
		format = after[1:]
	}
	return b.String(), nil
}

func directive(t time.Time, c, flag byte, n *names) (string, bool) {
	if value, width, ok := numeric(t, c); ok {
		return pad(value, width, c == 'e' || c == 'k' || c == 'l', flag), true
	}
	s, ok := worded(t, c, n)
	if !ok {
		s, ok = combined(t, c, n)
	}
	if flag == '^' {
		s = strings.ToUpper(s)
	}
	return s, ok
}

func pad(value, width int, spaces bool, flag byte) string {
	switch {
	case flag == '-':
		return strconv.Itoa(value)
	case flag == '_' || spaces:
		return fmt.Sprintf("%*d", width, value)
	}
	return fmt.Sprintf("%0*d", width, value)
}

func numeric(t time.Time, c byte) (value, width int, ok bool) {
	switch c {
	case 'Y':
		return t.Year(), 4, true
	case 'y':
		return t.Year() % 100, 2, true
	case 'm':
		return int(t.Month()), 2, true
	case 'd', 'e':
		return t.Day(), 2, true
	case 'j':
		return t.YearDay(), 3, true
	case 'H', 'k':
		return t.Hour(), 2, true
	case 'I', 'l':
		return (t.Hour()+11)%12 + 1, 2, true
	case 'M':
		return t.Minute(), 2, true
	case 'S':
		return t.Second(), 2, true
	case 'u':
		return (int(t.Weekday())+6)%7 + 1, 1, true
	case 'w':
		return int(t.Weekday()), 1, true
	case 'V':
		_, week := t.ISOWeek()
		return week, 2, true
	case 'G':
		year, _ := t.ISOWeek()
		return year, 4, true
	}
	return 0, 0, false
}

func worded(t time.Time, c byte, n *names) (string, bool) {
	switch c {
	case 'A':
		return n.days[t.Weekday()], true
	case 'a':
		return n.shortDays[t.Weekday()], true
	case 'B':
		return n.months[t.Month()-1], true
	case 'b', 'h':
		return n.shortMonths[t.Month()-1], true
	case 'p', 'P':
		half := n.morning
		if t.Hour() >= 12 {
			half = n.afternoon
		}
		if c == 'P' {
			half = strings.ToLower(half)
		}
		return half, true
	case 'Z':
		zone, _ := t.Zone()
		return zone, true
	case 'z':
		return t.Format("-0700"), true
	case '%':
		return "%", true
	case 'n':
		return "\n", true
	case 't':
		return "\t", true
	}
	return "", false
}

// combined are the directives that stand for several others.
func combined(t time.Time, c byte, n *names) (string, bool) {
	format := ""
	switch c {
	case 'F':
		format = "%Y-%m-%d"
	case 'D':
		format = "%m/%d/%y"
	case 'T', 'X':
		format = "%H:%M:%S"
	case 'R':
		format = "%H:%M"
	case 'r':
		format = "%I:%M:%S %p"
	case 'x':
		format = n.longDate
	case 'c':
		format = n.longDate + " %R"
	default:
		return "", false
	}
	s, err := strftime(t, format, n)
	return s, err == nil
}
