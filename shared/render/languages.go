package render

import (
	"strings"
	"time"
)

// otherLanguages are written as their readers do, with the words of CLDR 48 (ICU) and
// Western digits, years and months. Thai has the year of the common era.
var otherLanguages = [...]struct {
	tag string
	names
}{
	{"de", names{
		months:      [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
		shortMonths: [12]string{"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."},
		days:        [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
		shortDays:   [7]string{"So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"},
		morning:     "AM", afternoon: "PM", longDate: "%-d. %B %Y", thousands: ".", decimal: ",", open: "Open",
	}},
	{"fr", names{
		months:      [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
		shortMonths: [12]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."},
		days:        [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
		shortDays:   [7]string{"dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."},
		morning:     "AM", afternoon: "PM", longDate: "%-d %B %Y", thousands: "\u00a0", decimal: ",", open: "Open",
	}},
	{"es", names{
		months:      [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
		shortMonths: [12]string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"},
		days:        [7]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
		shortDays:   [7]string{"dom", "lun", "mar", "mié", "jue", "vie", "sáb"},
		morning:     "a. m.", afternoon: "p. m.", longDate: "%-d de %B de %Y", thousands: ".", decimal: ",", open: "Open",
	}},
	{"pt", names{
		months:      [12]string{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"},
		shortMonths: [12]string{"jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.", "nov.", "dez."},
		days:        [7]string{"domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado"},
		shortDays:   [7]string{"dom.", "seg.", "ter.", "qua.", "qui.", "sex.", "sáb."},
		morning:     "AM", afternoon: "PM", longDate: "%-d de %B de %Y", thousands: ".", decimal: ",", open: "Open",
	}},
	{"it", names{
		months:      [12]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
		shortMonths: [12]string{"gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"},
		days:        [7]string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"},
		shortDays:   [7]string{"dom", "lun", "mar", "mer", "gio", "ven", "sab"},
		morning:     "AM", afternoon: "PM", longDate: "%-d %B %Y", thousands: ".", decimal: ",", open: "Open",
	}},
	{"nl", names{
		months:      [12]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
		shortMonths: [12]string{"jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"},
		days:        [7]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"},
		shortDays:   [7]string{"zo", "ma", "di", "wo", "do", "vr", "za"},
		morning:     "a.m.", afternoon: "p.m.", longDate: "%-d %B %Y", thousands: ".", decimal: ",", open: "Open",
	}},
	{"ru", names{
		months:      [12]string{"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"},
		shortMonths: [12]string{"янв.", "февр.", "мар.", "апр.", "мая", "июн.", "июл.", "авг.", "сент.", "окт.", "нояб.", "дек."},
		days:        [7]string{"воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота"},
		shortDays:   [7]string{"вс", "пн", "вт", "ср", "чт", "пт", "сб"},
		morning:     "AM", afternoon: "PM", longDate: "%-d %B %Y г.", thousands: "\u00a0", decimal: ",", open: "Open",
	}},
	{"ja", names{
		months:      [12]string{"1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"},
		shortMonths: [12]string{"1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"},
		days:        [7]string{"日曜日", "月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日"},
		shortDays:   [7]string{"日", "月", "火", "水", "木", "金", "土"},
		morning:     "午前", afternoon: "午後", longDate: "%Y年%-m月%-d日", thousands: ",", decimal: ".", open: "Open",
	}},
	{"ko", names{
		months:      [12]string{"1월", "2월", "3월", "4월", "5월", "6월", "7월", "8월", "9월", "10월", "11월", "12월"},
		shortMonths: [12]string{"1월", "2월", "3월", "4월", "5월", "6월", "7월", "8월", "9월", "10월", "11월", "12월"},
		days:        [7]string{"일요일", "월요일", "화요일", "수요일", "목요일", "금요일", "토요일"},
		shortDays:   [7]string{"일", "월", "화", "수", "목", "금", "토"},
		morning:     "오전", afternoon: "오후", longDate: "%Y년 %-m월 %-d일", thousands: ",", decimal: ".", open: "Open",
	}},
	{"ar", names{
		months:      [12]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"},
		shortMonths: [12]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"},
		days:        [7]string{"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"},
		shortDays:   [7]string{"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"},
		morning:     "ص", afternoon: "م", longDate: "%-d %B %Y", thousands: ",", decimal: ".", open: "Open",
	}},
	{"hi", names{
		months:      [12]string{"जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"},
		shortMonths: [12]string{"जन॰", "फ़र॰", "मार्च", "अप्रैल", "मई", "जून", "जुल॰", "अग॰", "सित॰", "अक्टू॰", "नव॰", "दिस॰"},
		days:        [7]string{"रविवार", "सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार"},
		shortDays:   [7]string{"रवि", "सोम", "मंगल", "बुध", "गुरु", "शुक्र", "शनि"},
		morning:     "am", afternoon: "pm", longDate: "%-d %B %Y", thousands: ",", decimal: ".", open: "Open", byTwo: true,
	}},
	{"id", names{
		months:      [12]string{"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"},
		shortMonths: [12]string{"Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"},
		days:        [7]string{"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"},
		shortDays:   [7]string{"Min", "Sen", "Sel", "Rab", "Kam", "Jum", "Sab"},
		morning:     "AM", afternoon: "PM", longDate: "%-d %B %Y", thousands: ".", decimal: ",", open: "Open",
	}},
	{"vi", names{
		months:      [12]string{"tháng 1", "tháng 2", "tháng 3", "tháng 4", "tháng 5", "tháng 6", "tháng 7", "tháng 8", "tháng 9", "tháng 10", "tháng 11", "tháng 12"},
		shortMonths: [12]string{"thg 1", "thg 2", "thg 3", "thg 4", "thg 5", "thg 6", "thg 7", "thg 8", "thg 9", "thg 10", "thg 11", "thg 12"},
		days:        [7]string{"Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"},
		shortDays:   [7]string{"CN", "Thứ 2", "Thứ 3", "Thứ 4", "Thứ 5", "Thứ 6", "Thứ 7"},
		morning:     "SA", afternoon: "CH", longDate: "%-d %B, %Y", thousands: ".", decimal: ",", open: "Open",
	}},
	{"th", names{
		months:      [12]string{"มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"},
		shortMonths: [12]string{"ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."},
		days:        [7]string{"วันอาทิตย์", "วันจันทร์", "วันอังคาร", "วันพุธ", "วันพฤหัสบดี", "วันศุกร์", "วันเสาร์"},
		shortDays:   [7]string{"อาทิตย์", "จันทร์", "อังคาร", "พุธ", "พฤหัส", "ศุกร์", "เสาร์"},
		morning:     "AM", afternoon: "PM", longDate: "%-d %B %Y", thousands: ",", decimal: ".", open: "Open",
	}},
	{"tr", names{
		months:      [12]string{"Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık"},
		shortMonths: [12]string{"Oca", "Şub", "Mar", "Nis", "May", "Haz", "Tem", "Ağu", "Eyl", "Eki", "Kas", "Ara"},
		days:        [7]string{"Pazar", "Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi"},
		shortDays:   [7]string{"Paz", "Pzt", "Sal", "Çar", "Per", "Cum", "Cmt"},
		morning:     "ÖÖ", afternoon: "ÖS", longDate: "%-d %B %Y", thousands: ".", decimal: ",", open: "Open",
	}},
}

// elsewhere are the separators of countries that write numbers otherwise than their language
// does as a rule.
var elsewhere = [...]struct {
	tag                string
	thousands, decimal string
	byTwo              bool
}{
	{"de-AT", "\u00a0", ",", false}, {"de-CH", "’", ".", false}, {"de-LI", "’", ".", false}, {"it-CH", "’", ".", false},
	{"en-IN", ",", ".", true}, {"pt-PT", "\u00a0", ",", false},
	{"es-419", ",", ".", false}, {"es-MX", ",", ".", false}, {"es-US", ",", ".", false}, {"es-PE", ",", ".", false}, {"es-GT", ",", ".", false},
}

// unknown is how a language is written that is not in any list: numbers and names as in English,
// and a date that nobody reads in two ways, 2026-11-22.
var unknown = names{
	months: english.months, shortMonths: english.shortMonths, days: english.days, shortDays: english.shortDays,
	morning: "AM", afternoon: "PM", longDate: "%Y-%m-%d", thousands: ",", decimal: ".", open: "Open",
}

// namesFor returns the words and habits of a language. An empty one is English.
func namesFor(language string) *names {
	n := ofLanguage(language)
	for i := range elsewhere {
		if e := &elsewhere[i]; strings.EqualFold(e.tag, language) {
			there := *n
			there.thousands, there.decimal, there.byTwo = e.thousands, e.decimal, e.byTwo
			return &there
		}
	}
	return n
}

func ofLanguage(language string) *names {
	switch b := base(language); {
	case b == "zh" && isTraditional(language):
		return &traditional
	case b == "zh":
		return &simplified
	case b == "en" || b == "":
		return &english
	default:
		for i := range otherLanguages {
			if otherLanguages[i].tag == b {
				return &otherLanguages[i].names
			}
		}
	}
	return &unknown
}

// LongestDay is a moment whose date has the longest words in a language.
func LongestDay(language string) time.Time {
	n, longest, most := namesFor(language), time.Time{}, 0
	for month := time.January; month <= time.December; month++ {
		for day := 20; day < 27; day++ { // every weekday once
			t := time.Date(2026, month, day, 23, 59, 59, 0, time.UTC)
			if long := len(n.months[month-1]) + len(n.days[t.Weekday()]); long > most {
				longest, most = t, long
			}
		}
	}
	return longest
}
