package wecom

import (
	"testing"
	"time"

	"frontdesk/shared/message"
)

// TestEveryDocumentedCodeHasItsClass holds the list that our classes were agreed
// on, apart from the table.
func TestEveryDocumentedCodeHasItsClass(t *testing.T) {
	listed := map[int]bool{}
	for class, codes := range map[message.Class][]int{
		message.Retry:   {-1, 6000, 41063, 41079, 41094, 41096, 81026},
		message.Slow:    {45009, 45033, 84055},
		message.Refresh: {40001, 40014, 41001, 42001},
		message.SwitchForm: {40007, 40074, // media, form
			95001, 95002, 95007, 95013, 95018, 95030, 95031},
		message.Drop: {40003, 40031, 40032, 40050, 40070, 40096, 40098, 40201, 40204, 41048, 41050, 41051, 41053, 41054, 41056, 41093,
			42052, 43004, 46004, 49008, 50002, 60003, 60011, 60021, 60030, 60111, 60123, 60140, 81013, 82001, 82102, 84061, 84083, 84084,
			85002, 86001, 86003, 86008, 86101, 86215, 86216, 86217, 86222, 86224, 92000,
			95003, 95005, 95014, 95015, 95016, 95019, 95026, 95027},
		message.Stop: {40013, 40056, 40091, 40141, 43009, 43012, 45031, 48001, 48002, 48004, 48005, 48006, 48007, 50001, 50003, 50006, 60020, 60031,
			84074, 85008, 92001, 93000, 93004, 93006, 93008, 301002, 301042,
			95000, 95004, 95011, 95012, 95017, 95023, 95032},
		message.Bug: {40004, 40005, 40006, 40008, 40009, 40011, 40033, 40035, 40039, 40058, 40063, 40066, 40068, 40094, 40123, 40127, 40203, 40206,
			40016, 40017, 40018, 40019, 40020, 40022, 40023, 40024, 40025, 40026, 40027, 40054, 40055,
			41002, 41004, 41006, 41009, 41010, 41011, 41016, 41017, 41019, 41033, 41035, 41049, 41064, 41065, 41072, 41080, 41081, 41082, 41088, 41090, 41102,
			42014, 42015, 42016, 42017, 42018, 42019, 42020, 42027, 42028, 42029, 42030, 42031, 42033, 42035, 42036, 42037, 42038, 42039, 42040,
			42041, 42042, 42043, 42044, 42045, 42046, 42047, 42049, 42050, 42051,
			44001, 44004, 45001, 45002, 45004, 45007, 45008, 45029, 45032, 45034, 46003, 50100, 81014, 82002, 82003, 82004, 82101,
			86004, 86005, 86006, 86007, 86201, 86202, 86203, 86204, 86205, 86206, 86207, 86214, 86220,
			90200, 90201, 90202, 90203, 90204, 90205, 90206, 90207, 90208, 92002, 92003, 95006, 95008, 95009, 95022, 301016, 301017, 301019},
	} {
		for _, code := range codes {
			if got, ok := Explain(code); !ok || got.Class != class {
				t.Errorf("code %d: got %q, want %q", code, got.Class, class)
			}
			listed[code] = true
		}
	}
	for _, c := range Codes() {
		for code := c.First; code <= c.Last; code++ {
			if !listed[code] {
				t.Errorf("code %d has class %q, which this list does not say", code, c.Class)
			}
		}
	}
	for _, code := range []int{-40001, 0, 1, 40002, 45010, 95010, 999999} {
		if got, ok := Explain(code); ok {
			t.Errorf("code %d: got %+v, want it unknown", code, got)
		}
	}
}

func TestCodesDoNotOverlapAndAreExplained(t *testing.T) {
	all := Codes()
	for i, a := range all {
		if a.Meaning == "" || a.Class == "" || a.Last < a.First || a.After < 0 || a.After != 0 && a.Class != message.Retry && a.Class != message.Slow {
			t.Errorf("%+v is incomplete", a)
		}
		for _, b := range all[:i] {
			if a.First <= b.Last && b.First <= a.Last {
				t.Errorf("%d and %d overlap", a.First, b.First)
			}
		}
	}
	all[0].Meaning = "changed"
	if got, _ := Explain(all[0].First); got.Meaning == "changed" {
		t.Error("Codes gives the table itself away")
	}
}

func TestWhatIsWaitedFor(t *testing.T) {
	for code, want := range map[int]time.Duration{-1: 0, 45033: 0, 45009: time.Minute, 42001: 0} {
		if got, _ := Explain(code); got.After != want {
			t.Errorf("code %d: got %v, want %v", code, got.After, want)
		}
	}
}

func TestARefusedTokenIsNotAskedForAgain(t *testing.T) {
	for code, want := range map[int]message.Class{40001: message.Stop, 40013: message.Stop, 42001: message.Stop, -1: message.Retry, 45009: message.Slow, 60020: message.Stop} {
		if got, ok := ExplainToken(code); !ok || got.Class != want {
			t.Errorf("code %d of gettoken: got %q, want %q", code, got.Class, want)
		}
	}
	if got, ok := ExplainToken(999999); ok {
		t.Errorf("got %+v, want it unknown", got)
	}
}

func TestTheAddressToAllow(t *testing.T) {
	for _, c := range []struct{ name, errmsg, want string }{
		{"as WeCom words it", "not allow to access from your ip, hint: [1780000000123456789], from ip: 203.0.113.7, more info at https://open.work.weixin.qq.com/devtool/query?e=60020", "203.0.113.7"},
		{"at the end", "not allow, from ip: 203.0.113.7", "203.0.113.7"},
		{"version 6", "from ip: 2001:db8::7, more info", "2001:db8::7"},
		{"none", "not allow to access", ""},
		{"something else in its place", "from ip: unknown", ""},
		{"not an address", "from ip: 1.2.3, more", ""},
	} {
		got, ok := CallerIP(c.errmsg)
		if ok != (c.want != "") || ok && got.String() != c.want {
			t.Errorf("%s: got %v and %v, want %q", c.name, got, ok, c.want)
		}
	}
}
