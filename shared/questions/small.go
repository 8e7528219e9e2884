package questions

import "strings"

// small reports whether an English word says nothing of what is asked.
func small(word string) bool {
	switch word {
	case "a", "an", "the", "is", "are", "am", "was", "were", "be", "been", "it", "its", "it's", "this", "that", "these", "those", "there",
		"i", "im", "i'm", "my", "me", "mine", "you", "your", "u", "we", "our", "us",
		"to", "of", "in", "on", "at", "for", "from", "and", "or", "so", "if", "with", "about", "any", "some", "just",
		"do", "does", "did", "can", "could", "would", "will", "shall", "should", "may", "have", "has", "had", "get", "got",
		"want", "need", "like", "know", "tell", "what", "what's", "ok", "okay", "yes", "no",
		"please", "pls", "plz", "hi", "hello", "hey", "dear", "sir", "madam", "thanks", "thank", "thx":
		return true
	}
	return false
}

// smallPhrases are what says nothing in a folded Chinese text, the longer ones first.
func smallPhrases() []string {
	return []string{
		"怎么样", "能不能", "可不可以", "有没有", "是不是", "我想问", "想问下",
		"你好", "您好", "请问", "怎么", "如何", "怎样", "可以", "一下", "这个", "那个", "谢谢", "麻烦", "你们", "我们", "什么是", "还是", "没有",
		"我", "你", "您", "的", "了", "吗", "呢", "吧", "啊", "呀", "嗯", "哦", "是", "有", "在", "想", "要", "能", "会", "请", "帮", "给", "就", "都", "也", "问",
	}
}

// cutSmall cuts a piece of Chinese text at the first small phrase.
func cutSmall(s string) (before, phrase, after string) {
	all := smallPhrases()
	for i := range s {
		for _, p := range all {
			if strings.HasPrefix(s[i:], p) {
				return s[:i], p, s[i+len(p):]
			}
		}
	}
	return s, "", ""
}
