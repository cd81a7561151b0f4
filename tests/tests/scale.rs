//! Flows of hundreds of operators: they compile as fast as any code of that
//! length, and run.
//!
//! A binary of its own, so that what it costs to build can be measured.

use flow_runtime::flow;

/// Three operators for every number.
macro_rules! chain {
    ($items:expr; $($n:literal)*) => {
        flow! {
            from($items)
                $(
                    -> map(|x| x + $n)
                    -> filter(|x| *x != $n)
                    -> inspect(|x| assert!(*x > 0))
                )*
                -> sum()
        }
    };
}

/// Three operators for every number, one of which waits.
macro_rules! awaited {
    ($items:expr; $($n:literal)*) => {
        flow! {
            from($items)
                $(
                    -> then(async |x| x + $n)
                    -> filter_map(|x| (x != 0).then_some(x))
                    -> accumulate(0, |last, x| { *last = x; x })
                )*
                -> sum()
        }
    };
}

/// A region for every number.
macro_rules! regions {
    ($items:expr; $($n:literal)*) => {
        flow! {
            from($items) $( -> then(async |x| x + $n, concurrency = 4) )* -> sum()
        }
    };
}

/// A branch for every number.
macro_rules! branches {
    ($items:expr; $($n:literal)*) => {
        flow! {
            items = from($items) -> map(|x| x + 1);
            $( items -> filter(|x| x % 2 == 0) -> map(|x| x * $n) -> all; )*
            all = sum();
            all
        }
    };
}

/// Two names for every pair, and five operators.
macro_rules! names {
    ($items:expr; $($kept:ident $folded:ident)*) => {
        flow! {
            items = from($items) -> map(|x| x + 1);
            $(
                $kept = items -> map(|x| x * 3) -> filter(|x| x % 2 == 0) -> inspect(|x| assert!(*x > 0));
                $folded = $kept -> map(|x| x / 3) -> filter(|x| x % 4 == 0);
                $folded -> all;
            )*
            all = map(|x| x + 1) -> sum();
            all
        }
    };
}

/// A source for every number, and one chain behind all of them.
macro_rules! union {
    ($($name:ident)*) => {
        flow! {
            $( $name = from([1_u64, 2]); )*
            union($($name),*) -> map(|x| x * 10) -> sum()
        }
    };
}

/// The sum of a thousand items, each increased by `added`.
fn total(added: u64) -> u64 {
    (1..=1000).map(|x| x + added).sum()
}

#[test]
fn three_hundred_operators_in_a_chain() {
    let flow = chain! {
        1..=1000_u64;
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33
        34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
        64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93
        94 95 96 97 98 99 100
    };
    let all: u64 = (1..=100).sum();
    assert_eq!(flow.run(), total(all));
}

#[test]
fn one_hundred_and_fifty_operators_a_third_of_which_wait() {
    let flow = awaited! {
        1..=1000_u64;
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25
        26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50
    };
    let all: u64 = (1..=50).sum();
    let sum = futures::executor::block_on(flow.run());
    assert_eq!(sum, total(all));
}

#[test]
fn twenty_regions_in_a_row() {
    let flow = regions! {
        1..=1000_u64;
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20
    };
    let all: u64 = (1..=20).sum();
    let sum = futures::executor::block_on(flow.run());
    assert_eq!(sum, total(all));
}

#[test]
fn thirty_branches_that_meet_again() {
    let flow = branches! {
        0..10_u64;
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
    };
    let factors: u64 = (1..=30).sum();
    assert_eq!(flow.run(), (2 + 4 + 6 + 8 + 10) * factors);
}

#[test]
fn five_hundred_operators_and_two_hundred_names() {
    let flow = names! {
        0..10_u64;
        a0 b0 a1 b1 a2 b2 a3 b3 a4 b4 a5 b5 a6 b6 a7 b7 a8 b8 a9 b9 a10 b10 a11 b11 a12
        b12 a13 b13 a14 b14 a15 b15 a16 b16 a17 b17 a18 b18 a19 b19 a20 b20 a21 b21 a22
        b22 a23 b23 a24 b24 a25 b25 a26 b26 a27 b27 a28 b28 a29 b29 a30 b30 a31 b31 a32
        b32 a33 b33 a34 b34 a35 b35 a36 b36 a37 b37 a38 b38 a39 b39 a40 b40 a41 b41 a42
        b42 a43 b43 a44 b44 a45 b45 a46 b46 a47 b47 a48 b48 a49 b49 a50 b50 a51 b51 a52
        b52 a53 b53 a54 b54 a55 b55 a56 b56 a57 b57 a58 b58 a59 b59 a60 b60 a61 b61 a62
        b62 a63 b63 a64 b64 a65 b65 a66 b66 a67 b67 a68 b68 a69 b69 a70 b70 a71 b71 a72
        b72 a73 b73 a74 b74 a75 b75 a76 b76 a77 b77 a78 b78 a79 b79 a80 b80 a81 b81 a82
        b82 a83 b83 a84 b84 a85 b85 a86 b86 a87 b87 a88 b88 a89 b89 a90 b90 a91 b91 a92
        b92 a93 b93 a94 b94 a95 b95 a96 b96 a97 b97 a98 b98 a99 b99
    };
    assert_eq!(flow.run(), 100 * (5 + 9));
}

#[test]
fn a_union_of_three_hundred() {
    let flow = union! {
        s0 s1 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 s12 s13 s14 s15 s16 s17 s18 s19 s20 s21 s22 s23 s24
        s25 s26 s27 s28 s29 s30 s31 s32 s33 s34 s35 s36 s37 s38 s39 s40 s41 s42 s43 s44 s45 s46 s47
        s48 s49 s50 s51 s52 s53 s54 s55 s56 s57 s58 s59 s60 s61 s62 s63 s64 s65 s66 s67 s68 s69 s70
        s71 s72 s73 s74 s75 s76 s77 s78 s79 s80 s81 s82 s83 s84 s85 s86 s87 s88 s89 s90 s91 s92 s93
        s94 s95 s96 s97 s98 s99 s100 s101 s102 s103 s104 s105 s106 s107 s108 s109 s110 s111 s112
        s113 s114 s115 s116 s117 s118 s119 s120 s121 s122 s123 s124 s125 s126 s127 s128 s129 s130
        s131 s132 s133 s134 s135 s136 s137 s138 s139 s140 s141 s142 s143 s144 s145 s146 s147 s148
        s149 s150 s151 s152 s153 s154 s155 s156 s157 s158 s159 s160 s161 s162 s163 s164 s165 s166
        s167 s168 s169 s170 s171 s172 s173 s174 s175 s176 s177 s178 s179 s180 s181 s182 s183 s184
        s185 s186 s187 s188 s189 s190 s191 s192 s193 s194 s195 s196 s197 s198 s199 s200 s201 s202
        s203 s204 s205 s206 s207 s208 s209 s210 s211 s212 s213 s214 s215 s216 s217 s218 s219 s220
        s221 s222 s223 s224 s225 s226 s227 s228 s229 s230 s231 s232 s233 s234 s235 s236 s237 s238
        s239 s240 s241 s242 s243 s244 s245 s246 s247 s248 s249 s250 s251 s252 s253 s254 s255 s256
        s257 s258 s259 s260 s261 s262 s263 s264 s265 s266 s267 s268 s269 s270 s271 s272 s273 s274
        s275 s276 s277 s278 s279 s280 s281 s282 s283 s284 s285 s286 s287 s288 s289 s290 s291 s292
        s293 s294 s295 s296 s297 s298 s299
    };
    assert_eq!(flow.run(), 300 * 30);
}

#[test]
fn six_levels_of_keys() {
    let flow = flow! {
        from(0..128_u64)
            -> by_key(|x: &u64| x & 1) {
                by_key(|x: &u64| x & 2) {
                    by_key(|x: &u64| x & 4) {
                        by_key(|x: &u64| x & 8) {
                            by_key(|x: &u64| x & 16) {
                                by_key(|x: &u64| x & 32) {
                                    sliding_window(2) -> map(|pair| pair[1] - pair[0])
                                }
                            }
                        }
                    }
                }
            }
            -> collect::<Vec<_>>()
    };
    // Of each of the 64 innermost keys there are two items, 64 apart.
    assert_eq!(flow.run(), [64; 64]);
}
