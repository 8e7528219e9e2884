package decide

import (
	"bytes"
	"cmp"
	"strings"
	"unicode"

	"frontdesk/shared/conversation"
	"frontdesk/shared/text"
)

// wishes are the words with which contacts opt out and in, folded, each with the language
// that it belongs to (empty for any).
type wishes struct {
	out, in              map[string]string
	confirm, confirmBack string
}

// longestWish is how many bytes of a message can be such a word.
const longestWish = 120

// wished answers a message that is nothing but a word to opt out or in. It does so whoever
// is in charge, at any hour and in every channel, once for each change of mind. What is
// written in a group concerns nobody alone.
func (r *run) wished() bool {
	w := &r.book.safety.wishes
	if r.message.Group != "" || r.message.Text == "" || len(r.message.Text) > longestWish || len(w.out) == 0 || quiet(r.message.Type) {
		return false
	}
	var room [longestWish]byte
	word := bytes.TrimFunc(text.AppendFold(room[:0], r.message.Text), mark)
	said := r.head.Marketing
	if language, ok := w.out[string(word)]; ok {
		if said.Everything {
			r.decision.Outcome, r.decision.By = conversation.Ignored, ByOptOut
			r.note(ByOptOut, true, wantsNothingYet)
			return true
		}
		r.grant(conversation.OptOut, language)
		return true
	}
	language, ok := w.in[string(word)]
	if !ok || !said.Stopped { // else it is a word like any other
		return false
	}
	r.grant(conversation.OptIn, language)
	return true
}

// mark reports what may stand around a word: “STOP!”
func mark(c rune) bool { return unicode.IsPunct(c) || unicode.IsSpace(c) || unicode.IsSymbol(c) }

// grant notes a wish and confirms it. Nothing is sent to a session that people have in the
// channel's own client, to the blocked, nor to who has had as many automatic replies as they get: the wish
// counts all the same.
func (r *run) grant(opt, language string) {
	d, w := &r.decision, &r.book.safety.wishes
	d.Opt, d.By, d.Outcome = opt, ByOptOut, conversation.Ignored
	said, template, sentence := optedOutIn, w.confirm, wantsNothing
	if opt == conversation.OptIn {
		d.By, said, template, sentence = ByOptIn, optedInIn, w.confirmBack, wantsAgain
	}
	r.note(d.By, true, sentence)
	if r.head.Session.People || r.head.Contact.Blocked > 0 {
		return
	}
	if r.full() {
		d.Withheld = conversation.WithheldCap
		r.note(byCap, true, hasEnough, number(r.book.safety.replies), lasting(r.book.safety.within))
		return
	}
	d.Outcome = conversation.Replied
	reader := r.readerOf(language)
	if template != "" {
		d.Reply, d.Language = template, r.book.language(reader, r.head.Contact.Language)
		return
	}
	d.Language = cmp.Or(closest(confirmed, reader), confirmed[0])
	d.Text = said[d.Language]
}

// readerOf is the language of who wrote a word of a language: STOP says nothing of it, 退订
// not how they write Chinese.
func (r *run) readerOf(language string) string {
	detected, contact := r.decision.Detected, r.head.Contact.Language
	switch {
	case language == "":
		return cmp.Or(contact, detected)
	case strings.EqualFold(base(detected), base(language)):
		return detected
	}
	return language
}

// confirmed are the languages of the built-in confirmations; the first is for all others.
var confirmed = []string{"en", "zh-CN", "zh-TW", "es", "fr", "pt", "de", "it", "nl", "id", "ja", "ko", "ru", "ar"}

// optedOutIn and optedInIn are the built-in confirmations, by language.
var (
	optedOutIn = map[string]string{
		"en":    "You will get no more messages from us that you did not ask for. Send START to get them again.",
		"zh-CN": "您已退订，我们不会再主动向您发送消息。回复“订阅”可恢复。",
		"zh-TW": "您已退訂，我們不會再主動向您發送訊息。回覆「訂閱」可恢復。",
		"es":    "Ya no recibirá mensajes nuestros que no haya pedido. Envíe ALTA para volver a recibirlos.",
		"fr":    "Vous ne recevrez plus de messages que vous n'avez pas demandés. Envoyez REPRENDRE pour en recevoir à nouveau.",
		"pt":    "Você não receberá mais mensagens que não tenha pedido. Envie VOLTAR para recebê-las de novo.",
		"de":    "Sie erhalten von uns keine unaufgeforderten Nachrichten mehr. Mit START erhalten Sie sie wieder.",
		"it":    "Non riceverà più messaggi che non ha richiesto. Invii START per riceverli di nuovo.",
		"nl":    "U krijgt van ons geen berichten meer waar u niet om vroeg. Stuur START om ze weer te krijgen.",
		"id":    "Anda tidak akan menerima pesan yang tidak Anda minta lagi. Kirim MULAI untuk menerimanya kembali.",
		"ja":    "今後、こちらからのお知らせはお送りしません。再開するには「配信再開」とお送りください。",
		"ko":    "앞으로 요청하지 않은 메시지를 보내지 않습니다. 다시 받으시려면 '수신동의'라고 보내 주세요.",
		"ru":    "Мы больше не будем присылать вам сообщения без запроса. Чтобы получать их снова, отправьте СТАРТ.",
		"ar":    "لن تصلك منا رسائل لم تطلبها. أرسل اشتراك لتصلك من جديد.",
	}
	optedInIn = map[string]string{
		"en":    "You will get our messages again. Send STOP to end them.",
		"zh-CN": "您已恢复订阅。回复“退订”可停止接收。",
		"zh-TW": "您已恢復訂閱。回覆「退訂」可停止接收。",
		"es":    "Volverá a recibir nuestros mensajes. Envíe BAJA para no recibirlos.",
		"fr":    "Vous recevrez à nouveau nos messages. Envoyez ARRET pour ne plus en recevoir.",
		"pt":    "Você voltará a receber nossas mensagens. Envie SAIR para não recebê-las.",
		"de":    "Sie erhalten unsere Nachrichten wieder. Mit STOP beenden Sie das.",
		"it":    "Riceverà di nuovo i nostri messaggi. Invii STOP per non riceverli più.",
		"nl":    "U krijgt onze berichten weer. Stuur STOP om ze niet meer te krijgen.",
		"id":    "Anda akan menerima pesan kami lagi. Kirim BERHENTI untuk menghentikannya.",
		"ja":    "お知らせの配信を再開しました。停止するには「配信停止」とお送りください。",
		"ko":    "메시지를 다시 보내 드립니다. 그만 받으시려면 '수신거부'라고 보내 주세요.",
		"ru":    "Вы снова будете получать наши сообщения. Чтобы отказаться, отправьте СТОП.",
		"ar":    "ستصلك رسائلنا من جديد. أرسل إيقاف لإيقافها.",
	}
)

// The built-in words by language; "" is for those that every language uses. TD is what
// text messages in China ask for. Words that customers also use for something else
// (cancel, quit, end) are not among them.
var (
	outWords = map[string][]string{
		"":   {"stop", "stopall", "stop all", "unsubscribe", "opt out", "opt-out", "optout"},
		"zh": {"退订", "td", "回td", "td退订", "取消订阅", "拒收", "停止接收"},
		"es": {"baja", "darme de baja", "cancelar suscripción", "cancelar suscripcion", "desuscribir"},
		"fr": {"arret", "arrêt", "arreter", "arrêter", "désabonner", "desabonner", "désinscription", "desinscription"},
		"pt": {"sair", "parar", "descadastrar", "cancelar inscrição", "cancelar inscricao"},
		"de": {"stopp", "abmelden", "abbestellen"},
		"it": {"disiscrivimi", "disiscriviti", "annulla iscrizione"},
		"nl": {"afmelden", "uitschrijven"},
		"id": {"berhenti", "berhenti berlangganan"},
		"ja": {"配信停止", "登録解除", "ストップ"},
		"ko": {"수신거부", "수신 거부", "구독취소", "구독 취소"},
		"ru": {"стоп", "отписаться", "отписка"},
		"ar": {"إيقاف", "ايقاف", "إلغاء الاشتراك", "الغاء الاشتراك"},
	}
	inWords = map[string][]string{
		"":   {"start", "unstop", "subscribe", "opt in", "opt-in", "optin"},
		"zh": {"订阅", "恢复订阅", "重新订阅"},
		"es": {"alta", "suscribir"},
		"fr": {"reprendre", "abonner", "s'abonner"},
		"pt": {"voltar", "inscrever"},
		"de": {"anmelden", "abonnieren"},
		"it": {"iscrivimi", "iscriviti"},
		"nl": {"aanmelden", "inschrijven"},
		"id": {"mulai", "berlangganan"},
		"ja": {"配信再開", "配信希望"},
		"ko": {"수신동의", "수신 동의", "구독"},
		"ru": {"старт", "подписаться"},
		"ar": {"اشتراك", "ابدأ"},
	}
)
