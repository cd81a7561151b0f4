//! Defines what batches and windows have in common: they are lists, read as slices.

/// Implements for a type that derefs to `[T]` what a list can be asked.
macro_rules! list {
    ([$($generics:tt)*] $list:ty) => {
        impl<$($generics)*> AsRef<[T]> for $list {
            #[inline]
            fn as_ref(&self) -> &[T] {
                self
            }
        }

        impl<$($generics)*> std::borrow::Borrow<[T]> for $list {
            #[inline]
            fn borrow(&self) -> &[T] {
                self
            }
        }

        impl<'a, $($generics)*> IntoIterator for &'a $list {
            type Item = &'a T;
            type IntoIter = std::slice::Iter<'a, T>;

            #[inline]
            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }

        impl<$($generics)*> std::fmt::Debug for $list
        where
            T: std::fmt::Debug,
        {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_list().entries(self).finish()
            }
        }

        impl<$($generics)*> PartialEq for $list
        where
            T: PartialEq,
        {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                self[..] == other[..]
            }
        }

        impl<$($generics)*> Eq for $list where T: Eq {}

        impl<$($generics)*> PartialOrd for $list
        where
            T: PartialOrd,
        {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                self[..].partial_cmp(&other[..])
            }
        }

        impl<$($generics)*> Ord for $list
        where
            T: Ord,
        {
            #[inline]
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self[..].cmp(&other[..])
            }
        }

        impl<$($generics)*> std::hash::Hash for $list
        where
            T: std::hash::Hash,
        {
            #[inline]
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self[..].hash(state);
            }
        }

        list!(@eq [$($generics)*] $list, [U]);
        list!(@eq [$($generics)*] $list, &[U]);
        list!(@eq [$($generics)*] $list, Vec<U>);
        list!(@eq [const M: usize, $($generics)*] $list, [U; M]);
        list!(@eq [const M: usize, $($generics)*] $list, &[U; M]);

        impl<U, $($generics)*> PartialEq<$list> for Vec<U>
        where
            U: PartialEq<T>,
        {
            #[inline]
            fn eq(&self, other: &$list) -> bool {
                self[..] == other[..]
            }
        }
    };

    (@eq [$($generics:tt)*] $list:ty, $other:ty) => {
        impl<U, $($generics)*> PartialEq<$other> for $list
        where
            T: PartialEq<U>,
        {
            #[inline]
            fn eq(&self, other: &$other) -> bool {
                self[..] == other[..]
            }
        }
    };
}

/// Implements what a list can be asked that owns its items alone.
macro_rules! owned_list {
    ([$($generics:tt)*] $list:ty) => {
        $crate::operators::many::list::list!([$($generics)*] $list);

        impl<$($generics)*> AsMut<[T]> for $list {
            #[inline]
            fn as_mut(&mut self) -> &mut [T] {
                self
            }
        }

        impl<'a, $($generics)*> IntoIterator for &'a mut $list {
            type Item = &'a mut T;
            type IntoIter = std::slice::IterMut<'a, T>;

            #[inline]
            fn into_iter(self) -> Self::IntoIter {
                self.iter_mut()
            }
        }

        impl<$($generics)*> From<$list> for Vec<T> {
            #[inline]
            fn from(list: $list) -> Self {
                list.into_vec()
            }
        }
    };
}

pub(crate) use {list, owned_list};
