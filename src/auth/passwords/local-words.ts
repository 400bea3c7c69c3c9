/**
 * What people in Bangladesh and the Emirates type into a password field when they are asked for one, in Bangla and in
 * Latin letters, without spaces. Collected for this product. Such words count for nothing in a password.
 */
export const localWords: readonly string[] = `
sinduk সিন্দুক chamber clinic hospital doctor daktar medicine nurse patient appointment receptionist
চেম্বার ক্লিনিক হাসপাতাল ডাক্তার চিকিৎসা রোগী নার্স

bangladesh bangladeshi bangla bangali bengali banglar deshi amardesh sonarbangla amarsonarbangla joybangla joybanglajoy
বাংলাদেশ বাংলা বাঙালি আমারদেশ সোনারবাংলা আমারসোনারবাংলা জয়বাংলা
dhaka dhaka1 chittagong chattogram sylhet rajshahi khulna barishal barisal rangpur mymensingh cumilla comilla noakhali feni bogura bogra
jessore jashore narayanganj gazipur coxsbazar tangail faridpur pabna kushtia dinajpur brahmanbaria chandpur lakshmipur
gulshan banani dhanmondi mirpur uttara motijheel mohammadpur farmgate shahbag badda bashundhara puran puranadhaka
ঢাকা চট্টগ্রাম সিলেট রাজশাহী খুলনা বরিশাল রংপুর ময়মনসিংহ কুমিল্লা নোয়াখালী গুলশান বনানী ধানমন্ডি মিরপুর উত্তরা
padma meghna jamuna buriganga sundarban shapla doel hilsa ilish biryani kacchi fuchka
পদ্মা মেঘনা যমুনা শাপলা দোয়েল ইলিশ
emirates unitedarabemirates dubai abudhabi sharjah ajman deira karama alain burjkhalifa habibi

allah allahuakbar allahakbar allahhu bismillah bismillahirrahmanirrahim alhamdulillah subhanallah mashallah inshallah
astaghfirullah lailahaillallah muhammad mohammad rasulallah rasulullah islam muslim quran ramadan ramzan eidmubarak makkah madina
hare krishna harekrishna ramkrishna joyram durga saraswati mahadev omnamahshivaya jesus buddha
আল্লাহ আল্লাহুআকবার বিসমিল্লাহ আলহামদুলিল্লাহ সুবহানাল্লাহ ইনশাআল্লাহ মাশাআল্লাহ মুহাম্মদ ইসলাম কুরআন হরেকৃষ্ণ দুর্গা

cricket tigers banglatigers bdtigers shakib shakibalhasan tamim tamimiqbal mushfiq mushfiqurrahim mashrafe mashrafi mashrafemortaza mahmudullah
mustafiz mustafizurrahman ashraful taskin taskinahmed liton litondas litton miraz mehidyhasan soumya sabbir nasirhossain rubelhossain
tendulkar sachin dhoni kohli viratkohli messi lionelmessi neymar ronaldo cristiano argentina brazil barcelona realmadrid
সাকিব সাকিবআলহাসান তামিম মুশফিক মাশরাফি মাহমুদউল্লাহ মোস্তাফিজ মেসি রোনালদো আর্জেন্টিনা ব্রাজিল ক্রিকেট

bhalobasha valobasha bhalobashi valobashi balobashi tomakebhalobashi tomakevalobashi amitomakebhalobashi amitomakevalobashi
amitumi tumiami tumiamar amitomar tomarami amarjaan amarjan jaanjaan janpakhi janu sonapakhi moyna tuntuni babu babui shona sonamoni
ammu abbu ammuabbu abbuammu amma abba mamoni babamaa maababa apu bhaiya vaiya bondhu bondhura mamu chacha khala nanu dadu
ilovemyfamily ilovemymother ilovemyammu ilovebangladesh iloveallah iloveyoujan
ভালোবাসা ভালোবাসি আমিতোমাকেভালোবাসি তোমাকেভালোবাসি আমিতুমি তুমিআমার আম্মু আব্বু আম্মা আব্বা মা বাবা বন্ধু জান পাখি সোনা
amar amader tomar tomake tumi korbo bolbona janina kichuna kichhuna bhulegechi monenai
আমার আমাদের তোমার তোমাকে তুমি

rahman rahim karim hossain hossen hasan ahmed ahmad uddin islamuddin khan chowdhury choudhury miah mia sheikh sarkar talukder biswas bhuiyan
akter akhter aktar begum khatun khanam sultana nahar parvin yasmin ferdous fatema ayesha nusrat jannat sumaiya tania farhana sadia
rakib sakib sabbir arif nayeem nayem tanvir rifat fahim imran sohel sumon rubel shuvo shanto
রহমান রহিম করিম হোসেন হাসান আহমেদ খান চৌধুরী আক্তার বেগম খাতুন সুলতানা

password passcode gopon goponiyo gopon123 chabi amarpassword mypassword newpassword notunpassword passwordvulegechi
পাসওয়ার্ড গোপন চাবি
bkash nagad rocket grameenphone robi banglalink teletalk airtel upay
ekushey ekusheyfebruary shadhinota swadhinota muktijoddha muktijuddho bijoy bijoydibosh pohelaboishakh noboborsho
একুশে স্বাধীনতা মুক্তিযুদ্ধ বিজয় পহেলাবৈশাখ
ekdui ekduitin ekduitinchar ekduitincharpach kakhagagha kokhogogho abcdbangla
একদুইতিন একদুইতিনচার কখগঘঙ
`.normalize('NFC').trim().split(/\s+/);
