package demo

import (
	"fmt"
	"math/rand/v2"

	"frontdesk/shared/message"
	"frontdesk/shared/record"
)

// customer is a made-up person.
type customer struct {
	message.Person
	// language is en or zh.
	language string
	// regular is the persona whose visit always goes the same way.
	regular bool
}

// The persona of the playground who has been here before, as the playground has her.
const (
	regularName  = "林小雨"
	regularPhone = "16505555678"
	regularID    = "US.24580031197764250013"
)

func regular() customer {
	return customer{message.Person{UserID: regularID, Phone: regularPhone, Name: regularName}, "zh", true}
}

// Nobody is called like this: every surname is something of a tea table.
var (
	firstNames = []string{"Ada", "Bruno", "Carmen", "Dev", "Edith", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Kira", "Liam", "Mona", "Nils", "Olive", "Priya", "Quentin", "Rosa", "Sven", "Tilda", "Uma", "Viktor", "Wanda", "Yusuf", "Zoe"}
	lastNames  = []string{"Teapot", "Kettle", "Saucer", "Oolong", "Steeper", "Caddy", "Biscuit", "Strainer", "Sugarbowl", "Teaspoon", "Samovar", "Matcha"}
	nickNames  = []string{"小", "阿", "老", "大", "爱喝", "一杯", "半壶", "云边"}
	nickThings = []string{"龙井", "普洱", "茶壶", "青叶", "滇红", "竹子", "桂花", "茉莉", "山泉", "乌龙", "柠檬", "月饼"}
)

// madeUp is contact n: mostly Chinese, some without a visible number.
func madeUp(draw *rand.Rand, n int) customer {
	c := customer{language: "zh"}
	c.UserID = fmt.Sprintf("US.%020d", 5550100000+n)
	c.Phone = fmt.Sprintf("1555010%04d", n)
	c.Name = pick(draw, nickNames) + pick(draw, nickThings)
	if draw.Float64() < 0.4 {
		c.language = "en"
		c.Name = pick(draw, firstNames) + " " + pick(draw, lastNames)
	}
	if draw.Float64() < 0.07 { // people with a username may keep their number to themselves
		c.Username, c.Phone = fmt.Sprintf("tea_lover_%03d", n), ""
	}
	return c
}

func pick[T any](draw *rand.Rand, from []T) T { return from[draw.IntN(len(from))] }

// agents are who answers for a team.
func agents(team string) []string {
	if team == "orders" {
		return []string{"lan", "jo"}
	}
	return []string{"mei", "tom", "nia"}
}

func recipients() []record.Recipient {
	return []record.Recipient{
		{ID: "ana", Address: "ana@example.com", Name: "Ana Example", Language: "en"},
		{ID: "xiaoli", Address: "xiaoli@example.com", Name: "李示例", Language: "zh-CN"},
	}
}
