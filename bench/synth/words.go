package main

import "fmt"

// cell is where messages are counted: a channel and a team.
type cell struct{ channel, team string }

// What the made-up company has: three channels, and four teams beside none. Eight weeks of
// it are 840 KPI rows.
var (
	channels  = []string{"wa-main", "wa-shop", "kf-main"}
	teams     = []string{"", "care", "repairs", "sales", "vip"}
	languages = []string{"en", "zh-CN", "zh-CN", "de"}
	tags      = []string{"price", "order", "return", "vip", "new", "repair"}
	filters   = named("filter", 40)
	agents    = named("agent", 60)
)

var (
	questions = []string{
		"Hello, what does the large oolong box cost, and do you ship to Berlin?",
		"When is my order coming? I ordered it last Tuesday.",
		"你好，请问这款乌龙茶多少钱一斤？可以寄到上海吗？",
		"我的订单什么时候发货？",
		"Can I return a tea pot that came with a crack in the lid",
		"营业时间是几点到几点，周末开门吗",
		"ok", "Is there a discount for ten boxes or more?",
	}
	answers = []string{
		"The large box costs 48 €. We ship to every country in the EU; it takes three to five days. Is there anything else that we can do for you?",
		"您好！我们的营业时间是周一到周五 9:00–18:00。订单一般在付款后 48 小时内发货，您可以在“我的订单”里查看物流信息。",
		"Thank you for your message. Your order was handed to the carrier yesterday and should be with you within two days.",
	}
)

func named(kind string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s-%02d", kind, i+1)
	}
	return out
}

// cells are all places, the one of conversation n at n modulo their number.
func cells() []cell {
	var out []cell
	for _, c := range channels {
		for _, t := range teams {
			out = append(out, cell{c, t})
		}
	}
	return out
}
