package text_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/abadojack/whatlanggo"

	"frontdesk/shared/text"
)

// samples are a few sentences a customer might write in each language that is told by its
// trigrams, and in some that are not ours.
var samples = map[string]string{
	"ar": "مرحبا أريد أن أعرف سعر هذا المنتج وموعد التوصيل لم يصل الطلب حتى الآن وأرغب في استرداد المبلغ المدفوع",
	"be": "Добры дзень падкажыце калі ласка што рабіць калі пасылка не прыйшла ў названы тэрмін і ці можна атрымаць вяртанне грошай",
	"bg": "Здравейте бих искал да знам колко струва доставката и кога ще пристигне поръчката ми която направих миналата седмица",
	"cs": "Dobrý den chtěl bych vědět kolik stojí doprava a kdy dorazí moje objednávka kterou jsem zaplatil minulý týden",
	"da": "Hej jeg vil gerne vide hvad fragten koster og hvornår min ordre kommer frem som jeg betalte for i sidste uge",
	"de": "Guten Tag ich möchte meine Bestellung zurückgeben weil die Schuhe leider zu klein sind und der Versand zu lange gedauert hat",
	"es": "Buenos días me gustaría saber cuánto cuesta el envío a mi ciudad y cuándo llega el pedido que hice la semana pasada",
	"fa": "سلام می خواهم بدانم قیمت این محصول چقدر است و چه زمانی ارسال می شود سفارش من هنوز نرسیده است",
	"fi": "Hei haluaisin tietää paljonko toimitus maksaa ja milloin viime viikolla tekemäni tilaus saapuu perille",
	"fr": "Bonjour je voudrais savoir le prix de ce produit et quand arrivera la commande que j'ai passée la semaine dernière",
	"hi": "नमस्ते मैं जानना चाहता हूँ कि इस उत्पाद की कीमत क्या है और मेरा ऑर्डर कब तक पहुँचेगा कृपया पैसे वापस कर दें",
	"hu": "Jó napot szeretném megtudni mennyibe kerül a szállítás és mikor érkezik meg a múlt héten leadott rendelésem",
	"id": "Selamat pagi saya ingin tahu berapa harga produk ini dan kapan pesanan saya yang kemarin akan sampai di rumah",
	"it": "Buongiorno vorrei sapere quanto costa la spedizione e quando arriva l'ordine che ho fatto la settimana scorsa",
	"mr": "नमस्कार मला या उत्पादनाची किंमत आणि माझी ऑर्डर कधी येईल हे जाणून घ्यायचे आहे कृपया माझे पैसे परत करा",
	"nb": "Hei eg lurer på kva frakta kostar og når tinginga mi som eg betalte for i førre veke kjem fram og om ho er send",
	"ne": "नमस्ते मलाई यो सामानको मूल्य कति हो र मेरो अर्डर कहिले आइपुग्छ भनेर जान्न मन छ कृपया पैसा फिर्ता गर्नुहोस्",
	"nl": "Goedendag ik wil graag weten wat de verzending kost en wanneer mijn bestelling van vorige week wordt geleverd",
	"pl": "Dzień dobry chciałbym wiedzieć ile kosztuje przesyłka i kiedy dotrze zamówienie które złożyłem w zeszłym tygodniu",
	"pt": "Bom dia gostaria de saber quanto custa o envio para a minha cidade e quando chega a encomenda que fiz na semana passada",
	"ro": "Bună ziua aș dori să știu cât costă livrarea și când ajunge comanda pe care am făcut-o săptămâna trecută",
	"ru": "Здравствуйте подскажите пожалуйста что делать если посылка не пришла в указанный срок и можно ли получить возврат денег",
	"sr": "Добар дан желео бих да знам колико кошта достава и када стиже поруџбина коју сам платио прошле недеље",
	"sv": "Hej jag undrar vad frakten kostar och när min beställning som jag betalade förra veckan kommer fram",
	"tl": "Magandang umaga gusto ko pong malaman kung magkano ang produktong ito at kailan darating ang order ko",
	"tr": "Merhaba bu ürünün fiyatını ve geçen hafta verdiğim siparişin ne zaman geleceğini öğrenmek istiyorum",
	"uk": "Доброго дня підкажіть будь ласка що робити якщо посилка не прийшла у вказаний термін і чи можна отримати повернення коштів",
	"ur": "السلام علیکم میں جاننا چاہتا ہوں کہ اس چیز کی قیمت کیا ہے اور میرا آرڈر کب تک پہنچے گا",
	"vi": "Xin chào tôi muốn biết giá sản phẩm này là bao nhiêu và khi nào đơn hàng tuần trước của tôi được giao",
	"eo": "Saluton mi volas scii kiom kostas tiu libro kaj kiam vi povas sendi ĝin al mia domo en la venonta semajno",
	"hr": "Dobar dan želio bih znati koliko košta dostava i kada stiže narudžba koju sam platio prošli tjedan",
	"sw": "Habari ningependa kujua bei ya bidhaa hii na lini agizo langu la wiki iliyopita litafika nyumbani",
	"kk": "Сәлеметсіз бе бұл тауардың бағасы қанша екенін айтыңызшы және тапсырысым қашан келеді",
	"am": "ሰላም የዚህ ዕቃ ዋጋ ስንት ነው እና ትዕዛዜ መቼ ይደርሳል",
	"bn": "নমস্কার আমি জানতে চাই এই পণ্যের দাম কত এবং আমার অর্ডার কখন আসবে",
	"en": "Good morning I would like to know the price of this product and when the order I made last week arrives",
}

// oracle is what the library says of a text, in our words.
func oracle(s string) string {
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "")
	}
	info := whatlanggo.Detect(s)
	if !info.IsReliable() {
		return ""
	}
	switch info.Lang {
	case whatlanggo.Arb:
		return "ar"
	case whatlanggo.Pes:
		return "fa"
	case whatlanggo.Nob, whatlanggo.Nno:
		return "nb"
	}
	if tag := info.Lang.Iso6391(); slices.Contains(text.Languages(), tag) {
		return tag
	}
	return ""
}

// What the packed table says is what the library says, for words of one language, of two
// mixed, and with marks, digits, capitals and broken bytes between them.
func TestTrigramsSayWhatTheLibrarySays(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	told := map[string]int{}
	const draws = 3000
	for range draws {
		s := drawn(chance)
		got, want := text.ByTrigrams(s), oracle(s)
		if got != want {
			t.Errorf("%q: got %q, the library says %q", s, got, want)
		}
		told[got]++
	}
	for tag := range samples {
		if slices.Contains(text.Languages(), tag) && told[tag] == 0 {
			t.Errorf("no sample was told to be %s: the samples show nothing of it", tag)
		}
	}
	if told[""] < draws/10 || told[""] > draws*9/10 {
		t.Errorf("%d of %d samples could not be told: too lopsided to show anything", told[""], draws)
	}
}

// drawn returns a few words of a language, some of them now and then of another, with
// something between them.
func drawn(chance *rand.Rand) string {
	tags := slices.Sorted(maps.Keys(samples))
	words := strings.Fields(samples[tags[chance.IntN(len(tags))]])
	others := strings.Fields(samples[tags[chance.IntN(len(tags))]])
	between := []string{" ", " ", " ", ", ", ". ", "! 12 ", " 👍 ", "\u00a0", "-", "\xff", "\n\n"}
	length := 1 + chance.IntN(40)
	var out strings.Builder
	for range length {
		word := words[chance.IntN(len(words))]
		if length > 12 && chance.IntN(8) == 0 { // as many letters of both would be a coin's toss to the library
			word = others[chance.IntN(len(others))]
		}
		if chance.IntN(6) == 0 {
			word = strings.ToUpper(word)
		}
		out.WriteString(word + between[chance.IntN(len(between))])
	}
	return out.String()
}

// The letters are compared on the stack.
func TestDetectAllocatesNothing(t *testing.T) {
	for _, tag := range []string{"fr", "ru", "ar", "hi", "eo"} {
		s := samples[tag]
		if got := testing.AllocsPerRun(20, func() { text.ByTrigrams(s) }); got > 0 {
			t.Errorf("%s: got %v allocations, want none", tag, got)
		}
	}
}
